//! Values of two programs side by side.

use std::collections::BTreeMap;

/// Values over time by name of the series.
pub type Columns = BTreeMap<String, Vec<f64>>;

/// How far two programs are apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Largest difference of any value, as a share of the largest size of its series over the run.
    pub largest: f64,
    /// Series in which it is.
    pub name: String,
    /// Number of series compared.
    pub series: usize,
    /// Number of times compared.
    pub times: usize,
}

/// Reads CSV of plain numbers. Names may hold commas between brackets and are then in quotation marks.
pub fn read(text: &str) -> Result<Columns, String> {
    let mut lines = text.lines();
    let names = fields(lines.next().ok_or("no first line")?);
    let mut columns = vec![Vec::new(); names.len()];
    for line in lines {
        for (column, field) in columns.iter_mut().zip(line.split(',')) {
            column.push(field.parse::<f64>().map_err(|_| format!("`{field}` is not a number"))?);
        }
    }
    Ok(names.into_iter().zip(columns).collect())
}

fn fields(line: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match (c, quoted) {
            ('"', _) => quoted = !quoted,
            (',', false) => found.push(String::new()),
            _ => found.last_mut().expect("begins with one").push(c),
        }
    }
    found
}

/// Compares every one of our series with theirs.
///
/// # Errors
/// If they have no such series, or not at the same times.
pub fn compare(ours: &Columns, theirs: &Columns) -> Result<Difference, String> {
    let mut worst = Difference { largest: 0.0, name: "none".into(), series: ours.len() - 1, times: ours["time"].len() };
    for (name, own) in ours {
        let other = theirs.get(name).or_else(|| theirs.get(&narrowed(ours.keys(), name)?));
        let other = other.ok_or_else(|| format!("`{name}` is not among what the other program saved"))?;
        if own.len() != other.len() {
            return Err(format!("`{name}` has {} values here and {} there", own.len(), other.len()));
        }
        let size = own.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let apart = |(a, b): (&f64, &f64)| if a.is_nan() && b.is_nan() { 0.0 } else { (a - b).abs() };
        let most = own.iter().zip(other).map(apart).fold(0.0_f64, |most, x| if x <= most { most } else { x });
        let share = if most == 0.0 || size == 0.0 { most } else { most / size };
        if share > worst.largest || share.is_nan() {
            (worst.largest, worst.name) = (share, name.clone());
        }
    }
    Ok(worst)
}

/// The name without subscripts along dimensions of one element, which exported files do not have.
pub fn narrowed<'a>(ours: impl Iterator<Item = &'a String>, name: &str) -> Option<String> {
    let parts = |name: &str| -> Option<(String, Vec<String>)> {
        let (base, rest) = name.strip_suffix(']')?.split_once('[')?;
        Some((base.to_owned(), rest.split(',').map(str::to_owned).collect()))
    };
    let (base, own) = parts(name)?;
    let all: Vec<Vec<String>> = ours.filter_map(|other| parts(other)).filter(|p| p.0 == base).map(|p| p.1).collect();
    let wide = |k: &usize| all.iter().any(|other| other.get(*k) != own.get(*k));
    let kept: Vec<&str> = (0..own.len()).filter(wide).map(|k| own[k].as_str()).collect();
    Some(if kept.is_empty() { base } else { format!("{base}[{}]", kept.join(",")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_shares_of_the_largest_size() {
        let ours = read("time,\"x[a,b]\",y\n0,4,0\n1,-8,0\n").unwrap();
        let theirs = read("y,time,\"x[a,b]\"\n0,0,4.5\n0,1,-8\n").unwrap();
        let found = compare(&ours, &theirs).unwrap();
        assert_eq!(found, Difference { largest: 0.0625, name: "x[a,b]".into(), series: 2, times: 2 });
        let single = read("time,\"x\",y\n0,4,0\n1,-8,0\n").unwrap();
        assert_eq!(compare(&ours, &single).unwrap().largest, 0.0);
        let mixed = read("time,\"x[a,b]\",\"x[a,c]\"\n0,4,5\n").unwrap();
        let narrow = read("time,\"x[b]\",\"x[c]\"\n0,4,5\n").unwrap();
        assert_eq!(compare(&mixed, &narrow).unwrap().largest, 0.0);
        let pair = read("time,\"x[a]\",\"x[b]\"\n0,4,0\n").unwrap();
        assert!(compare(&pair, &single).is_err());
        let nan = read("y,time,\"x[a,b]\"\n0,0,4.5\nNaN,1,-8\n").unwrap();
        assert!(compare(&ours, &nan).unwrap().largest.is_nan());
        assert!(compare(&ours, &read("time,y\n0,0\n1,0\n").unwrap()).is_err());
    }
}
