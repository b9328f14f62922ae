//! A program under watch: its time on the processor and its memory, as the kernel tells them.

use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What was seen of a program that ended.
pub struct Seen {
    /// What it printed.
    pub stdout: String,
    /// Time on the processor, to about a second.
    pub cpu_seconds: f64,
    /// Most memory that it held, in bytes.
    pub most_memory: u64,
}

/// Runs a program to its end.
///
/// # Errors
/// If it does not start, or fails.
pub fn to_the_end(command: &mut Command) -> Result<Seen, String> {
    until(command, f64::INFINITY)
}

/// Runs a program to its end, or asks it to end once it has had so many seconds on the processor.
///
/// # Errors
/// If it does not start, or fails.
pub fn until(command: &mut Command, cpu_seconds: f64) -> Result<Seen, String> {
    let words = format!("{command:?}");
    let told = |error: std::io::Error| format!("{words}: {error}");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(told)?;
    let texts = [drain(child.stdout.take()), drain(child.stderr.take())];
    let (mut spent, mut most_memory, mut asked) = (0.0, 0, false);
    let status = loop {
        if let Some(status) = child.try_wait().map_err(told)? {
            break status;
        }
        spent = processor(&child).unwrap_or(spent);
        most_memory = memory(&child).unwrap_or(most_memory);
        if spent >= cpu_seconds && !asked {
            asked = true;
            // What an interrupt from a terminal sends; the standard library has no word for it.
            let id = child.id().to_string();
            _ = Command::new("kill").args(["-INT", &id]).status();
        }
        thread::sleep(Duration::from_millis(200));
    };
    let [stdout, stderr] = texts.map(|text| text.join().unwrap_or_default());
    if status.success() || asked {
        Ok(Seen { stdout, cpu_seconds: spent, most_memory })
    } else {
        Err(format!("{words} failed: {stderr}"))
    }
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Seconds on the processor, in user and kernel, of which the kernel counts hundredths.
fn processor(child: &Child) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    // The name in brackets may hold spaces; what follows does not.
    let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |k: usize| fields.get(k)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

fn memory(child: &Child) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? << 10)
}
