"""What the library's templates may use."""
