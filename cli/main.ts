#!/usr/bin/env node
import process from "node:process";
import { runCli } from "./run-cli.ts";
import { ownShell } from "./shell.ts";

process.exitCode = await runCli(process.argv.slice(2), ownShell());
