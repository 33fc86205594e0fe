// Richards: the scheduler of an operating system's kernel: six tasks that send each other packets, each task a function
// kept in its control block.
//
// After Martin Richards' benchmark in Mario Wolczko's Smalltalk version, by way of SOM, adapted by Stefan Marr for Are
// We Fast Yet. See ../../programs/awfy/LICENSES.md.

import { Benchmark } from './benchmark.js';

const noTask = null;
const noWork = null;

const idler = 0;
const worker = 1;
const handlerA = 2;
const handlerB = 3;
const deviceA = 4;
const deviceB = 5;
const taskCount = 6;

const devicePacketKind = 0;
const workPacketKind = 1;

const dataSize = 4;

class RBObject {
  /** Puts a packet at the end of a queue; gives the queue's head. */
  append(packet, queueHead) {
    packet.link = noWork;
    if (queueHead === noWork) return packet;
    let last = queueHead;
    while (last.link !== noWork) last = last.link;
    last.link = packet;
    return queueHead;
  }
}

class Packet extends RBObject {
  constructor(link, identity, kind) {
    super();
    this.link = link;
    this.identity = identity;
    this.kind = kind;
    this.datum = 0;
    this.data = new Array(dataSize).fill(0);
  }
}

class DeviceTaskDataRecord extends RBObject {
  constructor() {
    super();
    this.pending = noWork;
  }
}

class HandlerTaskDataRecord extends RBObject {
  constructor() {
    super();
    this.workIn = noWork;
    this.deviceIn = noWork;
  }

  deviceInAdd(packet) {
    this.deviceIn = this.append(packet, this.deviceIn);
  }

  workInAdd(packet) {
    this.workIn = this.append(packet, this.workIn);
  }
}

class IdleTaskDataRecord extends RBObject {
  constructor() {
    super();
    this.control = 1;
    this.count = 10000;
  }
}

class WorkerTaskDataRecord extends RBObject {
  constructor() {
    super();
    this.destination = handlerA;
    this.count = 0;
  }
}

class TaskState extends RBObject {
  constructor() {
    super();
    this.packetIsPending = false;
    this.taskIsWaiting = false;
    this.taskIsHolding = false;
  }

  static running() {
    return new TaskState().becomeRunning();
  }

  static waiting() {
    return new TaskState().becomeWaiting();
  }

  static waitingWithPacket() {
    return new TaskState().becomeWaitingWithPacket();
  }

  become(packetIsPending, taskIsWaiting, taskIsHolding) {
    this.packetIsPending = packetIsPending;
    this.taskIsWaiting = taskIsWaiting;
    this.taskIsHolding = taskIsHolding;
    return this;
  }

  becomePacketPending() {
    return this.become(true, false, false);
  }

  becomeRunning() {
    return this.become(false, false, false);
  }

  becomeWaiting() {
    return this.become(false, true, false);
  }

  becomeWaitingWithPacket() {
    return this.become(true, true, false);
  }

  isTaskHoldingOrWaiting() {
    return this.taskIsHolding || (!this.packetIsPending && this.taskIsWaiting);
  }

  isWaitingWithPacket() {
    return this.packetIsPending && this.taskIsWaiting && !this.taskIsHolding;
  }
}

class TaskControlBlock extends TaskState {
  constructor(link, identity, priority, initialWorkQueue, initialState, privateData, fn) {
    super();
    this.link = link;
    this.identity = identity;
    this.priority = priority;
    this.input = initialWorkQueue;
    this.packetIsPending = initialState.packetIsPending;
    this.taskIsWaiting = initialState.taskIsWaiting;
    this.taskIsHolding = initialState.taskIsHolding;
    this.handle = privateData;
    this.fn = fn;
  }

  /** Takes a packet; gives the task to go on with: this one where it had none and comes before the other. */
  addInputAndCheckPriority(packet, oldTask) {
    if (this.input === noWork) {
      this.input = packet;
      this.packetIsPending = true;
      if (this.priority > oldTask.priority) return this;
    } else {
      this.input = this.append(packet, this.input);
    }
    return oldTask;
  }

  runTask() {
    let message = noWork;
    if (this.isWaitingWithPacket()) {
      message = this.input;
      this.input = message.link;
      if (this.input === noWork) this.becomeRunning();
      else this.becomePacketPending();
    }
    return this.fn(message, this.handle);
  }
}

class Scheduler extends RBObject {
  constructor() {
    super();
    this.queuePacketCount = 0;
    this.holdCount = 0;
    this.taskTable = new Array(taskCount).fill(noTask);
    this.taskList = noTask;
    this.currentTask = noTask;
    this.currentTaskIdentity = 0;
  }

  createTask(identity, priority, work, state, data, fn) {
    this.taskList = new TaskControlBlock(this.taskList, identity, priority, work, state, data, fn);
    this.taskTable[identity] = this.taskList;
  }

  createDevice(identity, priority, work, state) {
    this.createTask(identity, priority, work, state, new DeviceTaskDataRecord(), (packet, data) => {
      if (packet !== noWork) {
        data.pending = packet;
        return this.holdSelf();
      }
      const pending = data.pending;
      if (pending === noWork) return this.markWaiting();
      data.pending = noWork;
      return this.queuePacket(pending);
    });
  }

  createHandler(identity, priority, work, state) {
    this.createTask(identity, priority, work, state, new HandlerTaskDataRecord(), (packet, data) => {
      if (packet !== noWork) {
        if (packet.kind === workPacketKind) data.workInAdd(packet);
        else data.deviceInAdd(packet);
      }

      const workPacket = data.workIn;
      if (workPacket === noWork) return this.markWaiting();
      const count = workPacket.datum;
      if (count >= dataSize) {
        data.workIn = workPacket.link;
        return this.queuePacket(workPacket);
      }

      const devicePacket = data.deviceIn;
      if (devicePacket === noWork) return this.markWaiting();
      data.deviceIn = devicePacket.link;
      devicePacket.datum = workPacket.data[count];
      workPacket.datum = count + 1;
      return this.queuePacket(devicePacket);
    });
  }

  createIdler(identity, priority, work, state) {
    this.createTask(identity, priority, work, state, new IdleTaskDataRecord(), (_, data) => {
      data.count -= 1;
      if (data.count === 0) return this.holdSelf();
      if ((data.control & 1) === 0) {
        data.control >>= 1;
        return this.release(deviceA);
      }
      data.control = (data.control >> 1) ^ 0xd008;
      return this.release(deviceB);
    });
  }

  createWorker(identity, priority, work, state) {
    this.createTask(identity, priority, work, state, new WorkerTaskDataRecord(), (packet, data) => {
      if (packet === noWork) return this.markWaiting();
      data.destination = data.destination === handlerA ? handlerB : handlerA;
      packet.identity = data.destination;
      packet.datum = 0;
      for (let i = 0; i < dataSize; i++) {
        data.count += 1;
        if (data.count > 26) data.count = 1;
        packet.data[i] = 65 + data.count - 1;
      }
      return this.queuePacket(packet);
    });
  }

  createPackets(count, identity, kind) {
    let queue = noWork;
    for (let i = 0; i < count; i++) queue = new Packet(queue, identity, kind);
    return queue;
  }

  /** Runs all tasks to their end; tells whether as many packets were queued and tasks held as should. */
  start() {
    this.createIdler(idler, 0, noWork, TaskState.running());
    this.createWorker(
      worker,
      1000,
      this.createPackets(2, worker, workPacketKind),
      TaskState.waitingWithPacket(),
    );
    const forA = this.createPackets(3, deviceA, devicePacketKind);
    this.createHandler(handlerA, 2000, forA, TaskState.waitingWithPacket());
    const forB = this.createPackets(3, deviceB, devicePacketKind);
    this.createHandler(handlerB, 3000, forB, TaskState.waitingWithPacket());
    this.createDevice(deviceA, 4000, noWork, TaskState.waiting());
    this.createDevice(deviceB, 5000, noWork, TaskState.waiting());
    this.schedule();
    return this.queuePacketCount === 23246 && this.holdCount === 9297;
  }

  findTask(identity) {
    const task = this.taskTable[identity];
    if (task === noTask) throw new Error('findTask failed');
    return task;
  }

  holdSelf() {
    this.holdCount += 1;
    this.currentTask.taskIsHolding = true;
    return this.currentTask.link;
  }

  queuePacket(packet) {
    const task = this.findTask(packet.identity);
    this.queuePacketCount += 1;
    packet.link = noWork;
    packet.identity = this.currentTaskIdentity;
    return task.addInputAndCheckPriority(packet, this.currentTask);
  }

  release(identity) {
    const task = this.findTask(identity);
    task.taskIsHolding = false;
    return task.priority > this.currentTask.priority ? task : this.currentTask;
  }

  markWaiting() {
    this.currentTask.taskIsWaiting = true;
    return this.currentTask;
  }

  schedule() {
    this.currentTask = this.taskList;
    while (this.currentTask !== noTask) {
      if (this.currentTask.isTaskHoldingOrWaiting()) {
        this.currentTask = this.currentTask.link;
      } else {
        this.currentTaskIdentity = this.currentTask.identity;
        this.currentTask = this.currentTask.runTask();
      }
    }
  }
}

class Richards extends Benchmark {
  benchmark() {
    return new Scheduler().start();
  }

  verifyResult(result) {
    return result;
  }
}

export const run = (n) => new Richards().innerBenchmarkLoop(n);
