/** Asks slow questions one at a time. */

import type { DeskQuestions } from './boundary';
import type { FromDesk, ToDesk } from './protocol';

/** Why a question got no answer: a newer one of the same topic took its place. */
export class Replaced extends Error {}

interface Waiting {
  id: number;
  topic: string;
  name: keyof DeskQuestions;
  question: string;
  resolve: (text: string) => void;
  reject: (error: Error) => void;
}

/** Answers that are kept. */
const KEPT = 40;

export class DeskClient {
  private worker: Worker | null = null;
  private queue: Waiting[] = [];
  private asked: Waiting | null = null;
  private answers = new Map<string, string>();
  private next = 1;
  private engine: { module: WebAssembly.Module; bytes: ArrayBuffer } | null = null;

  constructor(private readonly make: () => Worker) {}

  /** Gives the desk an engine; questions to the one before are dropped. */
  load(module: WebAssembly.Module, bytes: ArrayBuffer): void {
    this.engine = { module, bytes };
    this.queue.forEach((waiting) => waiting.reject(new Replaced()));
    this.queue = [];
    this.answers.clear();
    this.restart();
  }

  /** Drops the questions on a topic, the one that is being answered too: nobody waits for it any more. */
  cancel(topic: string): void {
    this.forget(topic);
    if (this.asked?.topic !== topic) return;
    this.restart();
    this.advance();
  }

  /**
   * Asks; of questions on one topic that wait, only the latest is asked.
   *
   * Rejects with `Replaced` if a newer one took its place, with the engine's text if the question is bad.
   */
  async ask<Name extends keyof DeskQuestions>(
    topic: string,
    name: Name,
    question: DeskQuestions[Name]['question'],
  ): Promise<DeskQuestions[Name]['answer']> {
    const text = JSON.stringify(question);
    const known = this.answers.get(name + text);
    if (known !== undefined) {
      this.forget(topic);
      return JSON.parse(known);
    }
    const answer = await new Promise<string>((resolve, reject) => {
      this.forget(topic);
      this.queue.push({ id: this.next++, topic, name, question: text, resolve, reject });
      this.advance();
    });
    return JSON.parse(answer);
  }

  /** A new worker; what the old one was asked is dropped. */
  private restart(): void {
    this.worker?.terminate();
    this.asked?.reject(new Replaced());
    this.asked = null;
    this.worker = this.make();
    this.worker.onmessage = ({ data }: MessageEvent<FromDesk>) => this.heard(data);
    if (this.engine) this.say({ kind: 'load', ...this.engine });
  }

  private forget(topic: string): void {
    this.queue.filter((waiting) => waiting.topic === topic).forEach((waiting) => waiting.reject(new Replaced()));
    this.queue = this.queue.filter((waiting) => waiting.topic !== topic);
  }

  private advance(): void {
    if (this.asked || !this.worker) return;
    const waiting = this.queue.shift();
    if (!waiting) return;
    this.asked = waiting;
    this.say({ kind: 'ask', id: waiting.id, name: waiting.name, question: waiting.question });
  }

  private say(message: ToDesk): void {
    this.worker?.postMessage(message);
  }

  private heard(data: FromDesk): void {
    const asked = this.asked;
    if (!asked || (data.id !== null && data.id !== asked.id)) return;
    this.asked = null;
    if (data.kind === 'answer') {
      this.remember(asked.name + asked.question, data.text);
      asked.resolve(data.text);
    } else {
      asked.reject(new Error(data.text));
    }
    this.advance();
  }

  private remember(question: string, answer: string): void {
    this.answers.set(question, answer);
    const oldest = this.answers.keys().next().value;
    if (this.answers.size > KEPT && oldest !== undefined) this.answers.delete(oldest);
  }
}
