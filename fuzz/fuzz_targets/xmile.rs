//! XMILE files.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| counterflow_tests::parsers::xmile(bytes));
