//! `data update` from publishers' files to the record. The files are made here: the record put into the publishers' own
//! forms, with later months that are plainly made up (each repeats the same month of the year before).

mod program;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Output;

use program::{answer, run, text};
use serde_json::Value;

const SERIES: [&str; 7] = [
    "all_drug_deaths_month",
    "t404_deaths_month",
    "other_drug_deaths_month",
    "cbp_fentanyl_ports_month",
    "cbp_fentanyl_between_ports_month",
    "mexico_homicides_month",
    "cocaine_deaths_year",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const ALL: &str = "Number of Drug Overdose Deaths";
const SYNTHETIC: &str = "\"Synthetic opioids, excl. methadone (T40.4)\"";

type Monthly = BTreeMap<i32, f64>;

/// A folder of a test, with a model that has the series of publishers and an empty folder for their files.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("data_update").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("model/data")).unwrap();
        fs::create_dir_all(folder.join("in")).unwrap();
        let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/fentanyl");
        let files = SERIES.iter().flat_map(|key| [format!("data/{key}.csv"), format!("data/{key}.toml")]);
        for file in files.chain(["model.toml".to_owned()]) {
            fs::copy(bundled.join(&file), folder.join("model").join(&file)).unwrap();
        }
        // The model's variants are not here.
        let head = fs::read_to_string(folder.join("model/model.toml")).unwrap();
        let head = head.split("[variants]").next().unwrap();
        fs::write(folder.join("model/model.toml"), head).unwrap();
        Place(folder)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join("in").join(name), bytes).unwrap();
    }

    fn update(&self, options: &[&str]) -> Output {
        let (from, model) = (self.0.join("in"), self.0.join("model"));
        self.update_from(from.to_str().unwrap(), model.to_str().unwrap(), options)
    }

    fn update_from(&self, from: &str, model: &str, options: &[&str]) -> Output {
        let fixed = ["data", "update", "--json", "--date", "2030-01-02", "--from", from, "--project", model];
        run(&[&fixed[..], options].concat())
    }

    /// What an update that must succeed says.
    fn changes(&self, options: &[&str]) -> Value {
        taken(&self.update(options))
    }

    /// What an update that must be refused says; nothing was written.
    fn refused(&self, options: &[&str]) -> String {
        let before = self.record();
        let output = self.update(options);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
        assert_eq!(self.record(), before);
        text(&output.stderr).to_owned()
    }

    /// Every file of the model's data, by path.
    fn record(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut folders, mut files) = (vec![self.0.join("model/data")], BTreeMap::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { _ = files.insert(path.clone(), fs::read(path).unwrap()) }
            }
        }
        files
    }

    fn series(&self, key: &str) -> Monthly {
        let csv = fs::read_to_string(self.0.join(format!("model/data/{key}.csv"))).unwrap();
        let row = |line: &str| {
            let (period, value) = line.split_once(',').unwrap();
            let (year, month): (i32, i32) = (period[..4].parse().unwrap(), period[5..].parse().unwrap());
            (year * 12 + month - 1, value.parse().unwrap())
        };
        csv.lines().skip(1).map(row).collect()
    }

    /// A series with months added, each the same month of the year before.
    fn longer(&self, key: &str, months: i32) -> Monthly {
        let mut series = self.series(key);
        for _ in 0..months {
            let next = series.keys().last().unwrap() + 1;
            series.insert(next, series[&(next - 12)]);
        }
        series
    }
}

fn taken(output: &Output) -> Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_str(text(&output.stdout)).unwrap()
}

/// Keys of the series that change, with the numbers of periods added, revised and dropped.
fn counts(said: &Value) -> BTreeMap<&str, [usize; 3]> {
    let of = |change: &Value, what: &str| change[what].as_array().unwrap().len();
    let changes = said["changes"].as_array().unwrap().iter();
    changes.map(|c| (c["key"].as_str().unwrap(), ["added", "revised", "dropped"].map(|what| of(c, what)))).collect()
}

/// Sums of twelve months, whole numbers as the publisher has them.
fn sums(months: &Monthly) -> Monthly {
    let whole = months.keys().filter(|end| months.contains_key(&(**end - 11)));
    whole.map(|end| (*end, months.range(end - 11..=*end).map(|(_, value)| value).sum::<f64>().round())).collect()
}

const VSRR_HEAD: &str = "State,Year,Month,Period,Indicator,Data Value,Percent Complete,Percent Pending Investigation,\
                         State Name,Footnote,Footnote Symbol,Predicted Value\n";

fn vsrr(all: &Monthly, synthetic: &Monthly) -> String {
    let mut csv = VSRR_HEAD.to_owned();
    for (indicator, sums) in [(ALL, all), (SYNTHETIC, synthetic)] {
        for (month, sum) in sums {
            let (year, name) = (month.div_euclid(12), MONTHS[month.rem_euclid(12) as usize]);
            writeln!(csv, "US,{year},{name},12 month-ending,{indicator},{sum},100,0.1,United States,,**,{sum}")
                .unwrap();
        }
    }
    csv
}

fn vsrr_longer(place: &Place, months: i32) -> (Monthly, Monthly) {
    (sums(&place.longer("all_drug_deaths_month", months)), sums(&place.longer("t404_deaths_month", months)))
}

const CBP_HEAD: &str =
    "FY,Month (abbv),Component,Region,Land Filter,Area of Responsibility,Drug Type,Count of Event,Sum Qty (lbs)\n";

fn cbp(place: &Place, months: i32) -> String {
    let mut csv = CBP_HEAD.to_owned();
    let air: Monthly = place.longer("cbp_fentanyl_ports_month", months);
    for (component, series) in [
        ("Office of Field Operations", place.longer("cbp_fentanyl_ports_month", months)),
        ("U.S. Border Patrol", place.longer("cbp_fentanyl_between_ports_month", months)),
        ("Air and Marine Operations", air),
    ] {
        for (month, pounds) in series {
            let (year, number) = (month.div_euclid(12), month.rem_euclid(12));
            let fiscal = if number >= 9 { year + 1 } else { year };
            let mark = if fiscal >= 2025 { " (FYTD)" } else { "" };
            let name = MONTHS[number as usize][..3].to_uppercase();
            let (north, rest) =
                ((pounds * 0.25 * 1e4).round() / 1e4, |north: f64| ((pounds - north) * 1e4).round() / 1e4);
            for (region, drug, quantity) in [
                ("Northern Border", "Fentanyl", north),
                ("Southwest Border", "Fentanyl", rest(north)),
                ("Southwest Border", "Heroin", 17.5),
            ] {
                writeln!(csv, "{fiscal}{mark},{name},{component},{region},Land Only,Area,{drug},3,{quantity}").unwrap();
            }
        }
    }
    csv
}

fn sesnsp(place: &Place, months: i32) -> String {
    let names = [
        "Enero",
        "Febrero",
        "Marzo",
        "Abril",
        "Mayo",
        "Junio",
        "Julio",
        "Agosto",
        "Septiembre",
        "Octubre",
        "Noviembre",
        "Diciembre",
    ];
    let mut csv = format!(
        "Año,Clave_Ent,Entidad,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad,Sexo,Rango de edad,{}\n",
        names.join(",")
    );
    let series = place.longer("mexico_homicides_month", months);
    let (first, last) = (series.keys().next().unwrap() / 12, series.keys().last().unwrap() / 12);
    for year in first..=last {
        for state in 1..=32 {
            let count = |number: i32| {
                let total = series.get(&(year * 12 + number))?;
                // The first state takes what the others leave.
                let share = (total / 40.0).floor();
                Some(if state == 1 { total - 31.0 * share } else { share })
            };
            for (crime, factor) in [("Homicidio doloso", 1.0), ("Homicidio culposo", 2.0)] {
                let cells =
                    (0..12).map(|number| count(number).map_or(String::new(), |count| (count * factor).to_string()));
                let cells = cells.collect::<Vec<_>>().join(",");
                let life = "La vida y la Integridad corporal,Homicidio";
                writeln!(csv, "{year},{state},Estado {state},{life},{crime},Con arma de fuego,Hombre,Niños,{cells}")
                    .unwrap();
            }
        }
    }
    csv
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn the_record_in_publishers_forms_changes_nothing_and_later_months_are_added_once() {
    let place = Place::new("round");
    let put = |months: i32| {
        let (all, synthetic) = vsrr_longer(&place, months);
        place.put("vsrr.csv", vsrr(&all, &synthetic));
        place.put("drugs.csv", cbp(&place, months));
        place.put("victims.csv", latin1(&sesnsp(&place, months)));
    };
    place.put("notes.txt", "what the folder is for");
    put(0);
    let before = place.record();
    let same = place.changes(&[]);
    assert!(counts(&same).is_empty(), "{same}");
    assert_eq!(same["unchanged"].as_array().unwrap().len(), 6);
    assert_eq!(same["not_read"][0]["why"], "it is not a table with several columns");
    assert_eq!(place.record(), before);

    put(3);
    let longer = SERIES[..6].iter().map(|key| (*key, place.longer(key, 3))).collect::<BTreeMap<_, _>>();
    let planned = place.changes(&["--dry-run"]);
    assert_eq!(place.record(), before, "a dry run writes");
    let done = place.changes(&[]);
    assert_eq!(counts(&planned), counts(&done));
    assert_eq!(counts(&done), SERIES[..6].iter().map(|key| (*key, [3, 0, 0])).collect());
    for (key, series) in &longer {
        let found = place.series(key);
        assert!(found.keys().eq(series.keys()), "{key}");
        for (month, value) in series {
            assert!((found[month] - value).abs() < 0.11, "{key} {month}: {} for {value}", found[month]);
        }
    }
    let about = fs::read_to_string(place.0.join("model/data/t404_deaths_month.toml")).unwrap();
    for part in
        ["2015-01 to 2025-09", "vintage = \"2030-01-02\"", "file = \"vsrr.csv\"", "sha256 = \"", "role = \"fit\""]
    {
        assert!(about.contains(part), "{part} in {about}");
    }
    let old = place.0.join("model/data/vintages/t404_deaths_month/2026-08-13");
    let key = place.0.join("model/data/t404_deaths_month.csv");
    assert_eq!(fs::read(old.with_extension("csv")).unwrap(), before[&key], "the old table is kept");
    let kept = fs::read_to_string(old.with_extension("toml")).unwrap();
    assert!(kept.starts_with("replaced = \"2030-01-02\"\n"), "{kept}");
    let after = place.record();
    assert!(counts(&place.changes(&[])).is_empty());
    assert_eq!(place.record(), after, "the same files twice");
}

#[test]
fn revisions_are_told_and_incomplete_months_left_out() {
    let place = Place::new("revised");
    let (mut all, synthetic) = vsrr_longer(&place, 3);
    // April 2025 is revised by a hundred: so are all sums that hold it.
    let april = 2025 * 12 + 3;
    all.range_mut(april..april + 12).for_each(|(_, sum)| *sum += 100.0);
    let csv = vsrr(&all, &synthetic);
    let marked: String = csv
        .lines()
        .map(|line| {
            let newest = line.starts_with("US,2025,September");
            let note = ",United States,Underreported due to incomplete data.,";
            if newest { line.replace(",United States,,", note) + "\n" } else { line.to_owned() + "\n" }
        })
        .collect();
    place.put("vsrr.csv", marked);
    let done = place.changes(&[]);
    assert_eq!(counts(&done)["all_drug_deaths_month"], [2, 1, 0]);
    assert_eq!(counts(&done)["t404_deaths_month"], [2, 0, 0]);
    assert_eq!(counts(&done)["other_drug_deaths_month"], [2, 1, 0]);
    let revised = &done["changes"][0]["revised"][0];
    assert_eq!(revised[0], "2025-04");
    assert!((revised[2].as_f64().unwrap() - revised[1].as_f64().unwrap() - 100.0).abs() < 1e-9, "{revised}");
    assert!(done["read"][0]["left_out"][0].as_str().unwrap().contains("2025-09 to 2025-09"), "{done}");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let place = Place::new("wrong");
    let (all, synthetic) = vsrr_longer(&place, 1);
    let sound = vsrr(&all, &synthetic);
    let drugs = cbp(&place, 1);
    let victims = sesnsp(&place, 1);
    let second = |csv: &str| csv.lines().nth(1).unwrap().to_owned();
    let without =
        |csv: &str, part: &str| csv.lines().filter(|l| !l.contains(part)).fold(String::new(), |a, l| a + l + "\n");
    for (name, csv, parts) in [
        (
            "missing column",
            sound.replacen("Data Value", "Value", 1),
            &["vsrr.csv:1:1: found no column `Data Value`"][..],
        ),
        ("misspelt column", sound.replacen("Data Value", "Data Valve", 1), &[":1:6: found column `Data Valve`"]),
        (
            "wrong period",
            sound.replacen("12 month-ending", "month", 1),
            &[":2:4: found `month`; expected `12 month-ending`"],
        ),
        ("misspelt indicator", sound.replacen(ALL, "Number of Drug Overdoze Deaths", 1), &[":2:5:", "did you mean"]),
        ("misspelt month", sound.replacen("December", "Decembre", 1), &[":2:3:", "did you mean `December`"]),
        ("no number", sound.replacen(",100,", "x,100,", 1), &[":2:6:", "expected a number"]),
        ("month twice", format!("{sound}{}\n", second(&sound)), &["again; line 2 has it"]),
        (
            "gap",
            without(&sound, "US,2019,March,12 month-ending,Number"),
            &["found 2019-04 after 2019-02; expected 2019-03"],
        ),
        ("cut off", sound[..sound.len() - 40].to_owned(), &["fields; expected 12", "cut off"]),
        ("one count only", without(&sound, "T40.4"), &["found no row of the United States (`US`) for `Synthetic"]),
        ("a fall", sound.replacen("110", "11", 1), &["falls by more than a month holds"]),
        (
            "kilograms",
            drugs.replacen("(lbs)", "(kg)", 1),
            &[":1:9: found column `Sum Qty (kg)`; expected `Sum Qty (lbs)`"],
        ),
        (
            "component",
            drugs.replacen("U.S. Border Patrol", "U.S. Border Patrols", 1),
            &["did you mean `U.S. Border Patrol`"],
        ),
        ("seizures twice", format!("{drugs}{}\n", second(&drugs)), &["found the row of line 2 again"]),
        (
            "no weight",
            drugs.replacen(&second(&drugs), &(second(&drugs).rsplit_once(',').unwrap().0.to_owned() + ","), 1),
            &[":2:9:"],
        ),
        ("a state short", without(&victims, ",Estado 7,"), &["found 31 states"]),
        ("a month short", victims.replacen("Marzo", "Marso", 1), &[":1:12: found column `Marso`; expected `Marzo`"]),
    ] {
        fs::remove_dir_all(place.0.join("in")).unwrap();
        fs::create_dir(place.0.join("in")).unwrap();
        place.put("vsrr.csv", csv);
        let said = place.refused(&[]);
        assert!(parts.iter().all(|part| said.contains(part)), "{name}: {said}");
    }
}

#[test]
fn a_suppressed_cell_within_the_sums_is_a_gap() {
    let place = Place::new("suppressed");
    let (all, synthetic) = vsrr_longer(&place, 1);
    let csv = vsrr(&all, &synthetic);
    let line = csv.lines().find(|line| line.starts_with("US,2020,May,12 month-ending,Number")).unwrap();
    let mut fields: Vec<&str> = line.split(',').collect();
    fields[5] = "";
    place.put("vsrr.csv", csv.replacen(line, &fields.join(","), 1));
    assert!(place.refused(&[]).contains("found 2020-06 after 2020-04; expected 2020-05"));
}

#[test]
fn a_record_shrinks_only_by_force() {
    let place = Place::new("shrinking");
    let (mut all, mut synthetic) = vsrr_longer(&place, 0);
    for sums in [&mut all, &mut synthetic] {
        sums.retain(|month, _| *month < 2025 * 12);
    }
    place.put("vsrr.csv", vsrr(&all, &synthetic));
    let said = place.refused(&[]);
    assert!(said.contains("the files lack 6 periods that the record has, 2025-01 to 2025-06"), "{said}");
    let done = place.changes(&["--force"]);
    assert_eq!(counts(&done)["t404_deaths_month"], [0, 0, 6]);
    // Half a table of seizures: the sums fall.
    let place = Place::new("halved");
    place.put(
        "drugs.csv",
        cbp(&place, 1)
            .lines()
            .filter(|l| !l.contains("Southwest Border,Land Only,Area,Fentanyl"))
            .fold(String::new(), |all, line| all + line + "\n"),
    );
    assert!(place.refused(&[]).contains("expected at least half of it"));
}

#[test]
fn an_interrupted_update_is_finished_by_the_next_one_and_told_by_every_command() {
    let place = Place::new("interrupted");
    let drafts = place.0.join("model/data/.update");
    fs::create_dir(&drafts).unwrap();
    let new = "period,value\n2015-01,700\n";
    fs::write(drafts.join("0"), new).unwrap();
    let (all, synthetic) = vsrr_longer(&place, 0);
    place.put("vsrr.csv", vsrr(&all, &synthetic));
    let before = place.series("t404_deaths_month");
    assert!(counts(&place.changes(&[])).is_empty(), "drafts without a list count for nothing");
    assert_eq!(place.series("t404_deaths_month"), before);
    fs::create_dir(&drafts).unwrap();
    fs::write(drafts.join("0"), new).unwrap();
    fs::write(drafts.join("list"), "data/mexico_homicides_month.csv\n").unwrap();
    let model = place.0.join("model");
    let shown = run(&["data", model.to_str().unwrap()]);
    assert!(text(&shown.stderr).contains("`counterflow data update` finishes it"), "{}", text(&shown.stderr));
    assert!(place.refused(&["--dry-run"]).contains("was interrupted"));
    let done = place.update(&[]);
    assert!(text(&done.stderr).contains("is now finished"), "{}", text(&done.stderr));
    assert_eq!(place.series("mexico_homicides_month"), BTreeMap::from([(2015 * 12, 700.0)]));
    assert!(!drafts.exists());
}

#[test]
fn without_a_folder_or_files_it_says_what_to_do() {
    let place = Place::new("empty");
    assert!(place.refused(&[]).contains("found no file of a publisher"));
    assert!(answer(&["data", "update", "--help"]).contains("--dry-run"));
    let bundled = run(&["data", "update", "--from", place.0.to_str().unwrap()]);
    assert!(text(&bundled.stderr).contains("the model in the binary cannot be changed"), "{}", text(&bundled.stderr));
    let model = place.0.join("model");
    for address in ["http://name:word@127.0.0.1/", "http:///x.csv", "http://127.0.0.1/a b.csv"] {
        let output = place.update_from(address, model.to_str().unwrap(), &[]);
        assert!(text(&output.stderr).contains("an address that is not followed"), "{}", text(&output.stderr));
    }
}

/// Answers each request by a function of its path, on a port of the loopback, for as long as the test runs.
fn serve(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let (status, body) = answer(request.split(' ').nth(1).unwrap());
            let to = if status == 302 { format!("Location: {body}\r\n") } else { String::new() };
            let head =
                format!("HTTP/1.1 {status} X\r\n{to}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            // Whoever asks may have seen enough.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
    });
    address
}

/// The objects of the JSON interface, as the publisher names them; fields without a value are left out.
fn objects(csv: &str) -> Vec<Value> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heads: Vec<String> =
        reader.headers().unwrap().iter().map(|head| head.to_lowercase().replace(' ', "_")).collect();
    let object = |record: csv::StringRecord| {
        let fields = heads.iter().zip(record.iter()).filter(|(_, field)| !field.is_empty());
        fields.map(|(head, field)| (head.clone(), Value::from(field))).collect()
    };
    reader.records().map(|record| object(record.unwrap())).collect()
}

#[test]
fn the_json_interface_is_read_page_by_page() {
    let place = Place::new("pages");
    let (all, synthetic) = vsrr_longer(&place, 2);
    let csv = vsrr(&all, &synthetic);
    // Thousands of rows of other states, which a mirror may give all the same, fill the first pages.
    let mut rows: Vec<Value> = (0..10_000).map(|_| serde_json::json!({ "state": "AK", "year": "2020" })).collect();
    rows.extend(objects(&csv));
    let address = serve(move |path| {
        let Some(query) = path.strip_prefix("/resource/xkb8-kh2a.json?") else { return (404, String::new()) };
        let value =
            |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)).unwrap().parse::<usize>().unwrap();
        let (limit, offset) = (value("$limit="), value("$offset="));
        assert!(query.contains("state=US&$order=year,month,indicator"), "{query}");
        let page: Vec<&Value> = rows.iter().skip(offset).take(limit).collect();
        (200, serde_json::to_string(&page).unwrap())
    });
    let model = place.0.join("model");
    let done = taken(&place.update_from(&format!("{address}/resource"), model.to_str().unwrap(), &[]));
    assert_eq!(counts(&done)["t404_deaths_month"], [2, 0, 0]);
    assert_eq!(counts(&done).len(), 3);
    let file = place.0.join("in");
    place.put("vsrr.csv", csv);
    assert!(counts(&taken(&place.update_from(file.to_str().unwrap(), model.to_str().unwrap(), &[]))).is_empty());
}

#[test]
fn files_are_read_from_addresses_and_servers_that_misbehave_are_told() {
    let place = Place::new("addresses");
    let (drugs, model) = (cbp(&place, 1), place.0.join("model"));
    let model = model.to_str().unwrap();
    let address = serve(move |path| match path {
        "/base/nationwide-drugs.csv" | "/some/drugs.csv" => (200, drugs.clone()),
        "/moved/drugs.csv" => (302, "/some/drugs.csv".to_owned()),
        "/round/drugs.csv" => (302, "/round/drugs.csv".to_owned()),
        "/page.json" => (200, "{\"error\": true}".to_owned()),
        "/broken/xkb8-kh2a.json" => (200, "[{\"state\"".to_owned()),
        "/down.csv" => (500, String::new()),
        path if path.starts_with("/broken/xkb8-kh2a.json?") => (200, "[{\"state\"".to_owned()),
        _ => (404, String::new()),
    });
    for from in ["/base", "/some/drugs.csv", "/moved/drugs.csv"] {
        let done = taken(&place.update_from(&format!("{address}{from}"), model, &["--dry-run"]));
        assert_eq!(counts(&done)["cbp_fentanyl_ports_month"], [1, 0, 0], "{from}");
    }
    for (from, part) in [
        ("/round/drugs.csv", "redirect"),
        ("/page.json", "not an array of objects"),
        ("/broken", "found what is not a JSON array"),
        ("/down.csv", "500"),
        ("/nothing.csv", "is not there (404)"),
        ("/nothing", "found none of the files"),
    ] {
        let output = place.update_from(&format!("{address}{from}"), model, &[]);
        assert!(text(&output.stderr).contains(part), "{from}: {}", text(&output.stderr));
    }
}

#[test]
fn commands_say_that_a_posterior_was_fitted_to_other_data() {
    let place = Place::new("stale");
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/fentanyl/posterior");
    fs::create_dir(place.0.join("model/posterior")).unwrap();
    let model = place.0.join("model");
    let said = || text(&run(&["data", model.to_str().unwrap()]).stderr).to_owned();
    fs::copy(bundled.join("main.csv"), model.join("posterior/main.csv")).unwrap();
    let about = fs::read_to_string(bundled.join("main.toml")).unwrap();
    let about: String =
        about.lines().filter(|line| !line.starts_with("data_sha256")).fold(String::new(), |a, l| a + l + "\n");
    fs::write(model.join("posterior/main.toml"), &about).unwrap();
    assert!(!said().contains("fitted to other data"), "what it was fitted to is not known");
    fs::write(model.join("posterior/main.toml"), format!("data_sha256 = \"0\"\n{about}")).unwrap();
    assert!(said().contains("posterior/main.csv: was fitted to other data than the model now carries"), "{}", said());
}
