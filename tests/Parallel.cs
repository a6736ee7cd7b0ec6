// The fixtures of a project run beside each other. A fixture that changes or measures its process is [NonParallelizable].
[assembly: Parallelizable(ParallelScope.Fixtures)]
