//! [`Lanes`]: the curves of a run of features, those of one shape beside each other in flat arrays.
//!
//! Every lane adds to one of four sums of its shape, which are added in the end: four additions wait for nobody, where one
//! sum would wait for each before the next.

use super::{
    BLOCK, Block, RUN,
    line::Bend,
    place::{Place, Places},
    search::Search,
    shape::Shape,
};

/// Every fourth lane adds to the same sum.
type Sums<T> = [T; 4];

/// The curves of at most [`RUN`] features that stand beside each other in a lead.
#[derive(Debug, Clone, Default)]
pub(super) struct Lanes {
    /// In the order of the features.
    places: Places,
    tables: Group<f64>,
    lines: Group<Bend>,
    searches: Vec<(usize, Search)>,
}

/// The curves of one shape.
#[derive(Debug, Clone)]
struct Group<E> {
    /// The position of each one's feature in the run, and where its entries begin.
    lanes: Vec<(u32, u32)>,
    /// The entries of all: points of a table, bends of a line.
    entries: Vec<E>,
}

/// What a table or a line asks of a place.
pub(super) trait Entry: Copy {
    /// How places are found if a curve's entries stand behind `start` others.
    fn behind(place: Place, start: usize) -> Place;

    /// Which of all entries a place stands for, if those of its curve begin at `start`.
    fn index(place: f64, start: usize) -> usize;

    /// The points of a value at this entry.
    fn points(&self, value: f64) -> f64;
}

impl<E> Default for Group<E> {
    fn default() -> Self {
        Self { lanes: Vec::new(), entries: Vec::new() }
    }
}

impl Lanes {
    /// Lays out the curves of these features.
    pub(super) fn new(shapes: impl Iterator<Item = Shape>) -> Self {
        let mut lanes = Self::default();
        for (at, shape) in shapes.enumerate() {
            let place = match shape {
                Shape::Table(table) => lanes.tables.push(at, table.place, &table.slots),
                Shape::Line(line) => lanes.lines.push(at, line.place, &line.bends),
                Shape::Search(search) => {
                    lanes.searches.push((at, search));
                    Place::NONE
                }
            };
            lanes.places.push(place);
        }
        lanes
    }

    /// The points of one lead's values of these features.
    #[inline(always)]
    pub(super) fn sum(&self, values: &[f64]) -> f64 {
        let mut places = [0.0; RUN];
        self.places.of(values, &mut places);
        let known = self.tables.sum(values, &places) + self.lines.sum(values, &places);
        self.searches.iter().fold(known, |sum, (at, search)| sum + search.points(values[*at]))
    }

    /// The points of a block of leads, whose values of a feature `column` gives.
    #[inline(always)]
    pub(super) fn sum_block<'a>(&self, column: impl Fn(usize) -> &'a [f64]) -> Block {
        let mut sums = self.tables.sum_block(&self.places, &column);
        for (sum, lines) in sums.iter_mut().zip(self.lines.sum_block(&self.places, &column)) {
            *sum += lines;
        }
        for (at, search) in &self.searches {
            for (sum, &value) in sums.iter_mut().zip(column(*at)) {
                *sum += search.points(value);
            }
        }
        sums
    }

    /// Puts the points of each value in its place.
    pub(super) fn each(&self, values: &[f64], points: &mut [f64]) {
        self.tables.each(&self.places, values, points);
        self.lines.each(&self.places, values, points);
        for (at, search) in &self.searches {
            points[*at] = search.points(values[*at]);
        }
    }
}

impl<E: Entry> Group<E> {
    /// Adds a curve of the feature at this position; gives how the places of its values are found among all entries.
    fn push(&mut self, at: usize, place: Place, entries: &[E]) -> Place {
        let start = self.entries.len();
        self.lanes.push((at as u32, start as u32));
        self.entries.extend_from_slice(entries);
        E::behind(place, start)
    }

    #[inline(always)]
    fn points(&self, start: usize, place: f64, value: f64) -> f64 {
        self.entries[E::index(place, start)].points(value)
    }

    #[inline(always)]
    fn sum(&self, values: &[f64], places: &[f64; RUN]) -> f64 {
        let points = |(at, start): (u32, u32)| {
            let at = at as usize;
            self.points(start as usize, places[at % RUN], values[at])
        };
        let (fours, rest) = self.lanes.as_chunks::<4>();
        let [mut first, mut second, mut third, mut fourth] = [0.0; 4];
        for lanes in fours {
            first += points(lanes[0]);
            second += points(lanes[1]);
            third += points(lanes[2]);
            fourth += points(lanes[3]);
        }
        for (sum, &lane) in [&mut first, &mut second, &mut third].into_iter().zip(rest) {
            *sum += points(lane);
        }
        total([first, second, third, fourth])
    }

    #[inline(always)]
    fn sum_block<'a>(&self, places: &Places, column: impl Fn(usize) -> &'a [f64]) -> Block {
        let mut sums: Sums<Block> = [[0.0; BLOCK]; 4];
        let (mut padded, mut found) = ([0.0; BLOCK], [0.0; BLOCK]);
        for (k, &(at, start)) in self.lanes.iter().enumerate() {
            let (at, start) = (at as usize, start as usize);
            let values = block(column(at), &mut padded);
            places.one(at).of_all(values, &mut found);
            for ((sum, &place), &value) in sums[k % 4].iter_mut().zip(&found).zip(values) {
                *sum += self.points(start, place, value);
            }
        }
        let mut totals = [0.0; BLOCK];
        for (k, sum) in totals.iter_mut().enumerate() {
            *sum = total(sums.each_ref().map(|sums| sums[k]));
        }
        totals
    }

    fn each(&self, places: &Places, values: &[f64], points: &mut [f64]) {
        for &(at, start) in &self.lanes {
            let (at, start) = (at as usize, start as usize);
            points[at] = self.points(start, places.one(at).of(values[at]), values[at]);
        }
    }
}

/// The first block of a column, which is made longer if it is shorter.
#[inline(always)]
fn block<'a>(values: &'a [f64], padded: &'a mut Block) -> &'a Block {
    if let Some(block) = values.first_chunk() {
        return block;
    }
    padded[..values.len()].copy_from_slice(values);
    padded
}

#[inline(always)]
fn total([first, second, third, fourth]: Sums<f64>) -> f64 {
    (first + second) + (third + fourth)
}
