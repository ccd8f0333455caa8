"""The command line: parse, call one function, show one result. The only rooms that know Typer and Rich."""
