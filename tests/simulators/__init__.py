"""Tests of the simulators against the contract and the scenarios' promises."""
