use counterflow_calibrate::{prior::TruncatedPrior, space::Space, diagnose::diagnose, likelihood, sampler::{*, ensemble::*}};
use counterflow_model::{random, Prior, Family, elementary::exp};
struct P { scores: bool, ps: Vec<TruncatedPrior>, space: Space, w: Vec<Vec<f64>>, v: Vec<Vec<f64>>, data: Vec<f64>, noise: f64, c: f64 }
impl P {
  fn nat(&self,p:&[f64])->Vec<f64>{ if self.scores { p.iter().zip(&self.ps).map(|(z,q)| q.quantile(counterflow_calibrate::special::normal_tails(*z).lower)).collect() } else { self.space.natural(p) } }
  fn lin(&self,x:&[f64])->Vec<f64>{ if self.scores { x.iter().zip(&self.ps).map(|(z,q)| counterflow_calibrate::special::normal_quantile(q.cumulative(*z))).collect() } else { self.space.line(x) } }

  fn model(&self, x:&[f64]) -> Vec<f64> {
    self.w.iter().zip(&self.v).map(|(w,v)| {
      let a: f64 = w.iter().zip(x).map(|(w,x)| w*(x-0.5)).sum();
      let b: f64 = v.iter().zip(x).map(|(w,x)| w*(x-0.5)).sum();
      100.0*(exp(a)+self.c*exp(b)*(1.0+x[0]*x[1]))
    }).collect()
  }
}
impl Density for P {
  fn dimension(&self)->usize{self.space.dimension()}
  fn log_density(&self, pts:&[Vec<f64>])->Vec<Score>{
    pts.iter().map(|p| { let x=self.nat(p); let y=self.model(&x);
      let l=y.iter().zip(&self.data).map(|(m,d)| likelihood::log_density(Family::LogNormal,*d,*m,self.noise,None)).sum();
      Score{prior: if self.scores { -0.5*p.iter().map(|z| z*z).sum::<f64>() } else {self.space.log_prior(p)}, likelihood:l}}).collect()
  }
}
fn main(){
  let d:usize=std::env::args().nth(1).unwrap().parse().unwrap();
  let k:usize=std::env::args().nth(2).unwrap().parse().unwrap();
  let noise:f64=std::env::args().nth(3).unwrap().parse().unwrap();
  let warm:usize=std::env::args().nth(4).unwrap().parse().unwrap();
  let reps:u64=std::env::args().nth(5).unwrap().parse().unwrap();
  let c:f64=std::env::args().nth(6).unwrap().parse().unwrap();
  for seed in 1..=reps {
  let ps: Vec<_> = (0..d).map(|i| match i%4 { 0 => TruncatedPrior::new(Prior::Beta(14.0,6.0),0.4,0.95), 1=>TruncatedPrior::new(Prior::Normal(0.5,0.15),0.1,0.9), 2=>TruncatedPrior::new(Prior::LogNormal(0.5,0.3),0.2,1.2), _=>TruncatedPrior::new(Prior::Uniform(0.0,1.0),0.0,1.0)}.unwrap()).collect();
  let st=random::stream("w");
  let m=|o:u64,sc:f64| (0..k).map(|i| (0..d).map(|j| sc*random::normal(seed,st,o+i as u64,j as u64)).collect()).collect::<Vec<Vec<f64>>>();
  let mut p=P{scores: std::env::var("SCORES").is_ok(), ps: ps.clone(), space:Space::new(&ps), w:m(0,0.6), v:m(1000,0.6), data:vec![], noise, c};
  let truth=p.space.natural(&p.space.draw(seed,1_000_000));
  p.data=p.model(&truth).iter().enumerate().map(|(i,m)| m*exp(noise*random::normal(seed,st,5000,i as u64))).collect();
  let s=Settings{seed,chains:128,anneal:warm*2/3,warmup:warm,sampling:2000,thin:10};
  let init=(0..s.starting_points(d)).map(|i| p.lin(&p.space.natural(&p.space.draw(seed,i as u64)))).collect();
  let mut state=start(&p,&s,init).unwrap();
  let t=std::time::Instant::now();
  let mut ann=0;
  let chains=run(&p,&s,&mut state,&mut |g|{ if g.phase==Phase::Anneal {ann=g.generation;} if reps==1 && g.generation%100==0 {println!("{:?} {} beta {:.2e} acc {:.2} ll {:.1}",g.phase,g.generation,g.exponent,g.acceptance,g.log_density);}});
  let truthz=p.lin(&truth);
  let (mut r,mut e,mut te,mut cov)=(0.0f64,1e9f64,1e9f64,0);
  for i in 0..d { let c=chains.coordinate(i); let g=diagnose(&c); r=r.max(g.rhat); e=e.min(g.bulk_ess); te=te.min(g.tail_ess);
    let mut a=c.concat(); a.sort_by(f64::total_cmp); let n=a.len(); if truthz[i]>a[n/10] && truthz[i]<a[n*9/10] {cov+=1;} }
  let sh: Vec<String>=state.shares.iter().map(|s| format!("{s:.2}")).collect();
  println!("seed {seed} annealed {ann} rhat {r:.3} ess {e:.0} tail {te:.0} per eval {:.4} acc {:.2} cover80 {:.2} time {:.1?} shares {}", e/(2000.0*128.0), chains.acceptance, cov as f64/d as f64, t.elapsed(), sh.join(" "));
  }
}
