// Empty: the compiler lets functions have no body (see codec_run.go) only beside a file like this.
