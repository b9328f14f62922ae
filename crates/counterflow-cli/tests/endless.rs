//! Runs without end through the program itself: what kills, full disks and damaged files can do to them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_counterflow");

const MODEL: &str = "\
# Rabbits

Two fields with noise.

```counterflow
horizon 0 to 25 steps 24 saves 12
unit rabbit
dimension field = north, south
param growth : 1/year = 0.5   range 0 .. 1   prior Normal(0.5, 0.1)
param room : rabbit = 1000   range 500 .. 5000   prior LogNormal(1000, 0.3)
param first : rabbit = 100   range 10 .. 200   prior Uniform(10, 200)
stock rabbits[field] : rabbit
  initial first
  inflow births
flow births[field] : rabbit/year = growth * rabbits[field] * (1 - rabbits[field] / room)
```
";

/// A folder of a test's own, with the model in it and nothing else.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("endless_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("model.md"), MODEL).unwrap();
    folder
}

/// A run of the model in a folder, into a folder beside it.
fn command(folder: &Path, out: &str, more: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("run").arg(folder.join("model.md")).arg("--out").arg(folder.join(out)).arg("--json");
    command.args(more.split_whitespace()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The last line of a run that must succeed.
fn end(output: &Output) -> Value {
    assert!(output.status.success(), "{}\n{}", text(&output.stderr), text(&output.stdout));
    last(output)
}

fn last(output: &Output) -> Value {
    serde_json::from_str(text(&output.stdout).lines().last().unwrap()).unwrap()
}

fn sha256(folder: &Path, out: &str, more: &str) -> String {
    let end = end(&command(folder, out, more).output().unwrap());
    assert_eq!(end["state"], "whole");
    end["sha256"].as_str().unwrap().to_owned()
}

/// The message of a run that must fail for what it was given.
fn fault(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}\n{}", text(&output.stderr), text(&output.stdout));
    text(&output.stderr).to_owned()
}

/// Paths and contents of all files of a run, its lock left out.
fn contents(out: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut pending = vec![out.to_owned()];
    while let Some(place) = pending.pop() {
        for entry in fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.file_name().unwrap() != "lock" {
                found.push((path.strip_prefix(out).unwrap().to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn first_file(out: &Path, table: &str) -> PathBuf {
    let mut files: Vec<PathBuf> = fs::read_dir(out.join(table)).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.remove(0)
}

/// Kills the program so often while it runs, each time at a moment of its own, and lets it finish in the end.
fn killed(name: &str, kills: usize) {
    let folder = folder(name);
    let more = "--members 3000 --chunk 150 --design lhs --trajectories";
    let undisturbed = sha256(&folder, "undisturbed", more);
    let (mut hits, mut state) = (0, 0x2545_f491_4f6c_dd1d_u64);
    let out = folder.join("disturbed");
    while hits < kills {
        let mut child: Child = command(&folder, "disturbed", more).spawn().unwrap();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros(4_000 + (state >> 33) % 120_000));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            hits += 1;
        } else if hits < kills {
            // It came to its end before all kills were spent: it must be right, and a new one begins.
            assert_eq!(sha256(&folder, "disturbed", more), undisturbed);
            fs::remove_dir_all(&out).unwrap();
        }
        child.wait().unwrap();
    }
    assert_eq!(sha256(&folder, "disturbed", more), undisturbed);
    assert!(contents(&out) == contents(&folder.join("undisturbed")), "the same files to the last byte, and no others");
}

#[test]
fn twenty_kills_leave_no_trace() {
    killed("twenty_kills", 20);
}

#[test]
#[ignore = "minutes; run it before a release"]
fn two_hundred_kills_leave_no_trace() {
    killed("two_hundred_kills", 200);
}

#[test]
fn results_do_not_depend_on_threads_or_chunks() {
    for design in ["prior", "lhs", "sobol"] {
        let folder = folder(&format!("invariance_{design}"));
        let more = format!("--members 700 --trajectories --design {design}");
        let one = sha256(&folder, "one", &more);
        assert_eq!(sha256(&folder, "small", &(more.clone() + " --chunk 64")), one, "{design}");
        assert_eq!(sha256(&folder, "odd", &(more.clone() + " --chunk 333")), one, "{design}");
        let single = command(&folder, "single", &more).env("RAYON_NUM_THREADS", "1").output().unwrap();
        assert_eq!(end(&single)["sha256"], one.as_str(), "{design}");
        assert_ne!(sha256(&folder, "seed", &(more.clone() + " --seed 2")), one, "{design}");
    }
}

#[cfg(unix)]
#[test]
fn interrupted_runs_end_at_a_chunk_and_go_on() {
    let folder = folder("interrupted");
    let more = "--members 20000 --chunk 100";
    let child = command(&folder, "out", more).spawn().unwrap();
    // Wait for the first chunk, so that the program listens already.
    while !fs::read_to_string(folder.join("out/manifest.json")).is_ok_and(|text| text.contains("outcomes/000000")) {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &last(&output)["state"]), (Some(1), &Value::from("stopped")));
    assert!(last(&output)["done"].as_u64().unwrap() >= 100 && last(&output)["sha256"].is_null());
    let again = end(&command(&folder, "out", more).output().unwrap());
    assert_eq!(again["computed"].as_u64().unwrap() + last(&output)["done"].as_u64().unwrap(), 20_000);
    assert_eq!(again["sha256"], sha256(&folder, "whole", "--members 20000 --chunk 20000").as_str());
}

#[test]
fn damaged_files_are_named_and_mended() {
    let folder = folder("damaged");
    let out = folder.join("out");
    let more = "--members 500 --chunk 100";
    let whole = sha256(&folder, "out", more);
    for (damage, words) in [(0, "was changed"), (1, "is not whole"), (2, "is not whole")] {
        let file = first_file(&out, "histograms");
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        match damage {
            0 => bytes[middle] ^= 1,
            1 => bytes.truncate(middle),
            _ => bytes.clear(),
        }
        fs::write(&file, bytes).unwrap();
        let before = contents(&out);
        let message = fault(&command(&folder, "out", more).output().unwrap());
        for expected in [&file.display().to_string(), "found ", "expected ", words, "delete this file"] {
            assert!(message.contains(expected), "{expected} is not in: {message}");
        }
        assert!(contents(&out) == before, "nothing else is touched");
        fs::remove_file(&file).unwrap();
        let mended = end(&command(&folder, "out", more).output().unwrap());
        assert_eq!((&mended["computed"], &mended["sha256"]), (&Value::from(100), &Value::from(whole.clone())));
    }
    for broken in ["", "{", "{\"identity\": 3}", "\u{0}"] {
        let manifest = fs::read(out.join("manifest.json")).unwrap();
        fs::write(out.join("manifest.json"), broken).unwrap();
        let message = fault(&command(&folder, "out", more).output().unwrap());
        assert!(message.contains("manifest.json") && message.contains("is no manifest"), "{message}");
        fs::write(out.join("manifest.json"), manifest).unwrap();
    }
    let manifest = fs::read_to_string(out.join("manifest.json")).unwrap();
    fs::write(out.join("manifest.json"), manifest.replacen("\"outcomes/", "\"../outcomes/", 1)).unwrap();
    let message = fault(&command(&folder, "out", more).output().unwrap());
    assert!(message.contains("is no file of chunk 0"), "{message}");
}

#[test]
fn folders_of_others_are_left_alone() {
    let folder = folder("others");
    sha256(&folder, "out", "--members 50");
    let before = contents(&folder.join("out"));
    for (more, words) in [
        ("--members 50 --seed 9", "found seed 1; expected 9"),
        ("--members 60", "found members 50; expected 60"),
        ("--members 50 --design lhs", "found design \"prior\"; expected \"lhs\""),
        ("--members 50 --chunk 7", "found members_per_chunk 16384; expected 7"),
        ("--members 50 --trajectories", "found trajectories false; expected true"),
    ] {
        let message = fault(&command(&folder, "out", more).output().unwrap());
        assert!(message.contains("manifest.json: is another run") && message.contains(words), "{message}");
    }
    fs::write(folder.join("model.md"), MODEL.replace("= 100 ", "= 101 ")).unwrap();
    let message = fault(&command(&folder, "out", "--members 50").output().unwrap());
    assert!(message.contains("found model_sha256"), "{message}");
    assert!(contents(&folder.join("out")) == before);
    let message = fault(&command(&folder, ".", "--members 50").output().unwrap());
    assert!(message.contains("holds `") && message.contains("expected an empty folder"), "{message}");
    let message = fault(&command(&folder, "model.md/out", "--members 50").output().unwrap());
    assert!(message.contains("model.md/out: the folder cannot be made"), "{message}");
    let held = fs::File::create(folder.join("out/lock")).unwrap();
    held.lock().unwrap();
    fs::write(folder.join("model.md"), MODEL).unwrap();
    let message = fault(&command(&folder, "out", "--members 50").output().unwrap());
    assert!(message.contains("another process is writing"), "{message}");
}

#[test]
fn parts_merge_to_the_whole() {
    let folder = folder("parts");
    let more = "--members 1000 --chunk 100 --design sobol";
    let whole = sha256(&folder, "whole", more);
    let parts: Vec<String> = (1..=3).map(|k| folder.join(format!("part{k}")).display().to_string()).collect();
    for k in 1..=3 {
        let output = command(&folder, &format!("part{k}"), &format!("{more} --part {k}/3")).output().unwrap();
        assert_eq!((output.status.code(), &last(&output)["state"]), (Some(1), &Value::from("part")));
    }
    let merge = |parts: &[&str], out: &str| {
        Command::new(PROGRAM)
            .arg("merge")
            .args(parts)
            .arg("--out")
            .arg(folder.join(out))
            .arg("--json")
            .output()
            .unwrap()
    };
    let two = merge(&[&parts[2], &parts[0]], "merged");
    assert_eq!((two.status.code(), &last(&two)["state"]), (Some(1), &Value::from("part")));
    assert_eq!(end(&merge(&[&parts[1], &parts[0]], "merged"))["sha256"], whole.as_str());
    let again = end(&merge(&[&parts[0], &parts[1], &parts[2]], "merged"));
    assert_eq!((&again["computed"], &again["sha256"]), (&Value::from(0), &Value::from(whole)));
    assert!(contents(&folder.join("merged")) == contents(&folder.join("whole")));

    sha256(&folder, "other", "--members 1000 --chunk 100 --design lhs");
    let other = folder.join("other").display().to_string();
    let message = fault(&merge(&[&parts[0], &other], "refused"));
    assert!(
        message.contains("other/manifest.json: is another run: found design \"lhs\"; expected \"sobol\""),
        "{message}"
    );
    let message = fault(&merge(&[&parts[0], "nowhere"], "refused"));
    assert!(message.contains("nowhere: holds no manifest.json"), "{message}");
    let damaged = first_file(Path::new(&parts[1]), "outcomes");
    let bytes = fs::read(&damaged).unwrap();
    fs::write(&damaged, &bytes[..bytes.len() - 1]).unwrap();
    let message = fault(&merge(&[&parts[0], &parts[1]], "refused"));
    assert!(message.contains(&damaged.display().to_string()) && message.contains("is not whole"), "{message}");
    assert!(!folder.join("refused").exists(), "nothing is written before all parts are known to be whole");
}

/// A disk that takes no more: the system's own limit on the size of files, which every write meets as it meets a full disk.
#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_loses_nothing() {
    let folder = folder("full");
    let more = "--members 3000 --chunk 1000 --trajectories";
    let whole = sha256(&folder, "whole", more);
    let limited = |blocks: u32| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let plain = command(&folder, "out", more);
        Command::new("sh").arg("-c").arg(script).arg(PROGRAM).args(plain.get_args()).output().unwrap()
    };
    // Blocks of 512 bytes or of 1 KiB, as the shell has it: a file of trajectories needs more, the manifest less.
    let message = fault(&limited(200));
    assert!(message.contains("out/trajectories/000000") && message.contains("cannot be written"), "{message}");
    assert!(message.contains("what was finished before is kept"), "{message}");
    let message = fault(&limited(0));
    assert!(message.contains("cannot be written"), "{message}");
    assert_eq!(sha256(&folder, "out", more), whole);
    assert!(contents(&folder.join("out")) == contents(&folder.join("whole")));
}

/// A disk that is full in earnest, where this process may mount one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let folder = folder("tmpfs");
    let disk = folder.join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |options: &str| {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&disk).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success())
    };
    if !mount("size=400k") {
        eprintln!(
            "no right to mount: the limit on the size of files stands for a full disk in the test beside this one"
        );
        return;
    }
    let more = "--members 3000 --chunk 100 --series rabbits[north]";
    let full = command(&folder, "disk/out", more).output();
    let grown = mount("remount,size=64m");
    let done = command(&folder, "disk/out", more).output();
    let left = Command::new("umount").arg("-l").arg(&disk).status();
    let message = fault(&full.unwrap());
    assert!(message.contains("No space left on device") && message.contains("disk/out/"), "{message}");
    assert!(grown && left.unwrap().success());
    let done = end(&done.unwrap());
    assert!((100..3000).contains(&done["computed"].as_u64().unwrap()), "{done}");
    assert_eq!(done["sha256"], sha256(&folder, "whole", more).as_str());
}

#[test]
fn requests_without_sense_are_told_apart() {
    let folder = folder("requests");
    for (more, words) in [
        ("--members 0", "--members: found 0; expected a number of members from 1"),
        ("--members 10 --chunk 0", "--chunk: found 0"),
        ("--members 1000000000 --chunk 1", "expected chunks so large"),
        ("--members 10 --part 3/2", "expected K/M"),
        ("--members 10 --design posterior", "the model has none"),
        ("--members 10 --series rabits", "did you mean `rabbits`?"),
        ("--members 10 --to 3", "leaves out part of what outcomes count"),
        ("--members 10 --draws 10", "cannot be used with"),
        ("--trajectories", "--members"),
    ] {
        let message = fault(&command(&folder, "out", more).output().unwrap());
        assert!(message.contains(words), "{more}: {message}");
        assert!(!folder.join("out").exists(), "{more}");
    }
}
