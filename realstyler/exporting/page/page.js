// The page: what it shows and what it is asked for. The painting itself is done by a worker, so that
// nothing ever waits for it.
"use strict";

const realstyler = { styles: {} };

const TEXTS = {
  en: {
    private: "Everything is painted in this page. Nothing is uploaded.",
    styles: "Styles", open: "Open a photograph", camera: "Webcam", stop: "Stop", save: "Save",
    size: "Size", strength: "Strength", hint: "Drop a photograph here", licences: "Licences",
    loading: "Getting ready …", ready: "Ready", painting: "Painting …",
    painted: (w, h, ms) => `${w} × ${h} pixels painted in ${(ms / 1000).toFixed(2)} s`,
    live: (w, h, rate) => `${w} × ${h} pixels, ${rate.toFixed(1)} frames a second`,
    noPicture: "This file is no picture that your browser can read",
    noCamera: "The webcam cannot be used: ", failed: "This browser cannot paint: ",
  },
  ru: {
    private: "Картины пишутся прямо на этой странице. Ничего никуда не отправляется.",
    styles: "Стили", open: "Открыть фотографию", camera: "Веб-камера", stop: "Стоп", save: "Сохранить",
    size: "Размер", strength: "Сила", hint: "Перетащите сюда фотографию", licences: "Лицензии",
    loading: "Подготовка…", ready: "Готово", painting: "Пишется…",
    painted: (w, h, ms) => `${w} × ${h} пикселей за ${(ms / 1000).toFixed(2)} с`,
    live: (w, h, rate) => `${w} × ${h} пикселей, кадров в секунду: ${rate.toFixed(1)}`,
    noPicture: "Браузер не может прочитать эту картинку",
    noCamera: "Веб-камера недоступна: ", failed: "В этом браузере не получается: ",
  },
};
const language = (navigator.language || "en").startsWith("ru") ? "ru" : "en";
const say = TEXTS[language];

// Runs in the worker, where `ort` is. It keeps one session for each style that was used.
function paintingWorker() {
  const sessions = new Map();

  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  async function start({ module, wasm }) {
    const code = new Blob([await unpacked(module)], { type: "text/javascript" });
    ort.env.wasm.wasmPaths = { mjs: URL.createObjectURL(code) };
    ort.env.wasm.wasmBinary = await unpacked(wasm);
    // Threads share memory, which browsers allow to isolated pages only.
    const cores = self.crossOriginIsolated ? navigator.hardwareConcurrency || 1 : 1;
    ort.env.wasm.numThreads = Math.min(8, cores);
  }

  async function open({ style, model }) {
    const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all" };
    sessions.set(style, await ort.InferenceSession.create(await unpacked(model), options));
  }

  async function paint({ style, width, height, pixels }) {
    const levels = new Uint8Array(width * height * 3);
    for (let from = 0, to = 0; to < levels.length; from += 4) {
      levels[to++] = pixels[from];
      levels[to++] = pixels[from + 1];
      levels[to++] = pixels[from + 2];
    }
    const began = performance.now();
    const session = sessions.get(style);
    const picture = new ort.Tensor("uint8", levels, [1, height, width, 3]);
    const painted = (await session.run({ picture }))[session.outputNames[0]];
    const result = new Uint8ClampedArray(width * height * 4);
    for (let from = 0, to = 0; from < painted.data.length; to += 4) {
      result[to] = painted.data[from++];
      result[to + 1] = painted.data[from++];
      result[to + 2] = painted.data[from++];
      result[to + 3] = pixels[to + 3];
    }
    painted.dispose();
    return { width, height, pixels: result, milliseconds: performance.now() - began };
  }

  const tasks = { start, open, paint };
  self.onmessage = async ({ data: { id, task, given } }) => {
    try {
      const result = await tasks[task](given);
      self.postMessage({ id, result }, result?.pixels ? [result.pixels.buffer] : []);
    } catch (error) {
      self.postMessage({ id, error: String(error?.message ?? error) });
    }
  };
}

// Asks the worker, and keeps the promises of what it has been asked for.
class Painter {
  #worker;
  #waiting = new Map();
  #opened = new Map();
  #count = 0;

  constructor(script) {
    const source = new Blob([script, `;(${paintingWorker})();`], { type: "text/javascript" });
    this.#worker = new Worker(URL.createObjectURL(source));
    this.#worker.onmessage = ({ data: { id, result, error } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      error === undefined ? resolve(result) : reject(new Error(error));
    };
    this.#worker.onerror = (event) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message));
      this.#waiting.clear();
    };
  }

  ask(task, given, transferred = []) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#count, { resolve, reject });
      this.#worker.postMessage({ id: this.#count, task, given }, transferred);
    });
  }

  async paint(style, { width, height, data }) {
    if (!this.#opened.has(style)) {
      const opening = this.ask("open", { style, model: realstyler.styles[style].model });
      this.#opened.set(style, opening);
    }
    await this.#opened.get(style);
    return this.ask("paint", { style, width, height, pixels: data }, [data.buffer]);
  }
}

async function unpackedText(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

class Page {
  #painter;
  #photograph = null; // an ImageBitmap
  #stream = null; // of the webcam
  #wish = 0; // counts what was asked for: only the latest is shown
  #body = document.body;
  #canvas = document.getElementById("painting");
  #video = document.getElementById("video");
  #mixed = null; // what the strength mixes: the photograph and the painting

  constructor() {
    for (const element of document.querySelectorAll("[data-text]")) {
      element.textContent = say[element.dataset.text];
    }
    document.documentElement.lang = language;
    this.#listStyles();
    this.#listen();
  }

  async start() {
    this.#tell("loading", say.loading);
    try {
      const { script, module, wasm } = realstyler.runtime;
      this.#painter = new Painter(await unpackedText(script));
      await this.#painter.ask("start", { module, wasm });
      this.#tell("ready", say.ready);
    } catch (error) {
      this.#tell("failed", say.failed + error.message);
    }
  }

  get #style() {
    return document.querySelector("#gallery input:checked").value;
  }

  #tell(state, text) {
    this.#body.dataset.state = state;
    document.getElementById("status").textContent = text;
  }

  #listStyles() {
    const gallery = document.getElementById("gallery");
    for (const [name, style] of Object.entries(realstyler.styles)) {
      const label = document.createElement("label");
      const by = [style.author, style.license].filter(Boolean).join(", ");
      label.title = [style.description || style.title, by].filter(Boolean).join("\n");
      const choice = Object.assign(document.createElement("input"), {
        type: "radio", name: "style", value: name, checked: !gallery.querySelector("input"),
      });
      const picture = Object.assign(new Image(), { src: style.picture, alt: "" });
      label.append(choice, picture, style.title);
      gallery.append(label);
    }
  }

  #listen() {
    const on = (id, event, act) => document.getElementById(id).addEventListener(event, act);
    on("photograph", "change", ({ target }) => target.files[0] && this.#open(target.files[0]));
    on("camera", "click", () => (this.#stream ? this.#stopCamera() : this.#startCamera()));
    on("save", "click", () => this.#save());
    on("strength", "input", () => this.#show());
    on("size", "change", () => this.#repaint());
    on("gallery", "change", () => this.#repaint());
    const stage = document.getElementById("stage");
    for (const event of ["dragover", "dragleave", "drop"]) {
      document.addEventListener(event, (drag) => {
        drag.preventDefault();
        stage.classList.toggle("over", event === "dragover");
      });
    }
    document.addEventListener("drop", ({ dataTransfer }) => {
      if (dataTransfer.files[0]) this.#open(dataTransfer.files[0]);
    });
    document.addEventListener("paste", ({ clipboardData }) => {
      if (clipboardData.files[0]) this.#open(clipboardData.files[0]);
    });
  }

  async #open(file) {
    this.#stopCamera();
    let photograph;
    try {
      photograph = await createImageBitmap(file); // upright, in sRGB
    } catch {
      this.#tell("failed", `${say.noPicture}: ${file.name}`);
      return;
    }
    this.#photograph?.close();
    this.#photograph = photograph;
    await this.#repaint();
  }

  async #repaint() {
    if (!this.#photograph || this.#stream) return; // a webcam's next frame sees what has changed
    const wish = ++this.#wish;
    this.#tell("painting", say.painting);
    try {
      const { width, height } = this.#photograph;
      const painted = await this.#paint(this.#photograph, width, height);
      if (wish !== this.#wish) return;
      this.#mixed = painted;
      this.#show();
      this.#body.dataset.milliseconds = painted.milliseconds.toFixed(1);
      this.#tell("painted", say.painted(painted.width, painted.height, painted.milliseconds));
    } catch (error) {
      if (wish === this.#wish) this.#tell("failed", say.failed + error.message);
    }
  }

  // Paint a picture of width × height, made smaller if it is larger than what was chosen.
  async #paint(source, width, height) {
    const longest = Number(document.getElementById("size").value);
    const scale = Math.min(1, longest / Math.max(width, height));
    const size = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
    const canvas = new OffscreenCanvas(...size);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.drawImage(source, 0, 0, ...size);
    const pixels = context.getImageData(0, 0, ...size);
    const painted = await this.#painter.paint(this.#style, pixels);
    return { ...painted, original: canvas };
  }

  #show() {
    if (!this.#mixed) return;
    const { width, height, pixels, original } = this.#mixed;
    const layer = new OffscreenCanvas(width, height);
    layer.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
    Object.assign(this.#canvas, { width, height }); // empties it, too
    const context = this.#canvas.getContext("2d");
    const strength = Number(document.getElementById("strength").value) / 100;
    if (strength < 1) context.drawImage(original, 0, 0);
    context.globalAlpha = strength;
    context.drawImage(layer, 0, 0);
    document.getElementById("save").disabled = false;
  }

  async #startCamera() {
    try {
      const wanted = { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } };
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (error) {
      this.#tell("failed", say.noCamera + error.message);
      return;
    }
    document.getElementById("camera").textContent = say.stop;
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    await this.#paintFrames(this.#stream, ++this.#wish);
  }

  async #paintFrames(stream, wish) {
    const times = [];
    try {
      while (this.#stream === stream) {
        const { videoWidth, videoHeight } = this.#video;
        const painted = await this.#paint(this.#video, videoWidth, videoHeight);
        if (this.#stream !== stream || wish !== this.#wish) return; // stopped meanwhile
        this.#mixed = painted;
        this.#show();
        times.push(performance.now());
        if (times.length > 10) times.shift();
        const seconds = (times[times.length - 1] - times[0]) / 1000;
        const rate = seconds ? (times.length - 1) / seconds : 0;
        this.#body.dataset.rate = rate.toFixed(2);
        this.#tell("live", say.live(painted.width, painted.height, rate));
        await new Promise(requestAnimationFrame); // a hidden page rests
      }
    } catch (error) {
      this.#stopCamera();
      this.#tell("failed", say.failed + error.message);
    }
  }

  #stopCamera() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#video.srcObject = this.#stream = null;
    document.getElementById("camera").textContent = say.camera;
    if (this.#body.dataset.state === "live") this.#tell("painted", "");
  }

  #save() {
    this.#canvas.toBlob((blob) => {
      const address = URL.createObjectURL(blob);
      Object.assign(document.createElement("a"), {
        href: address, download: `${this.#style}.png`,
      }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    });
  }
}

document.addEventListener("DOMContentLoaded", () => new Page().start());
