//! Text to model: literate Markdown sectors, compiled with located diagnostics.
