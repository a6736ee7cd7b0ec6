using System.Globalization;

namespace ImageStorage.CrashHarness.Workers;

/// <summary>The options on the command line of a worker.</summary>
internal sealed record WorkerOptions
{
    /// <summary>The job to its end.</summary>
    public const string WholeJob = "whole";

    /// <summary>The job slowly.</summary>
    public const string SlowJob = "slow";

    /// <summary>The URI of the store.</summary>
    public required string Store { get; init; }

    /// <summary>The seed of the campaign.</summary>
    public int Seed { get; init; }

    /// <summary>The round, which is part of the ids of all operations.</summary>
    public int Round { get; init; }

    /// <summary>The writers of this worker, each on its own thread.</summary>
    public IReadOnlyList<int> Writers { get; init; } = [0];

    /// <summary>The number of operations of each writer; 0 for no limit.</summary>
    public int Operations { get; init; }

    /// <summary>
    /// The file of the gate at which workers meet for operations that collide; null without another worker.
    /// </summary>
    public string? Gate { get; init; }

    /// <summary>
    /// The folder of the cache, for a worker of the cache campaign; otherwise null. The store of such a worker is a
    /// folder, and its script is the file with the acknowledgements.
    /// </summary>
    public string? Cache { get; init; }

    /// <summary>The script to follow, or null for random operations.</summary>
    public string? Script { get; init; }

    /// <summary>
    /// A value that indicates whether the worker transfers amounts between accounts instead of random operations.
    /// </summary>
    public bool Transfers { get; init; }

    /// <summary>
    /// For a worker of the campaign of jobs: the point at which the worker kills itself, <see cref="WholeJob"/> or
    /// <see cref="SlowJob"/>; otherwise null.
    /// </summary>
    public string? Job { get; init; }

    public static WorkerOptions Parse(IReadOnlyList<string> values)
    {
        var options = new WorkerOptions { Store = string.Empty };
        for (var i = 0; i < values.Count; i += 2)
        {
            var value = values[i + 1];
            options = values[i] switch
            {
                "--store" => options with { Store = value },
                "--seed" => options with { Seed = int.Parse(value, CultureInfo.InvariantCulture) },
                "--round" => options with { Round = int.Parse(value, CultureInfo.InvariantCulture) },
                "--writers" => options with { Writers = [.. value.Split(',').Select(writer => int.Parse(writer, CultureInfo.InvariantCulture))] },
                "--operations" => options with { Operations = int.Parse(value, CultureInfo.InvariantCulture) },
                "--gate" => options with { Gate = value },
                "--cache" => options with { Cache = value },
                "--script" => options with { Script = value },
                "--job" => options with { Job = value },
                "--transfers" => options with { Transfers = bool.Parse(value) },
                _ => throw new ArgumentException($"A worker has no option {values[i]}."),
            };
        }

        return options;
    }

    public IReadOnlyList<string> ToArguments()
    {
        List<string> arguments =
        [
            "worker", "--store", Store, "--seed", Text(Seed), "--round", Text(Round), "--writers", string.Join(',', Writers.Select(Text)), "--operations", Text(Operations),
        ];
        if (Gate is not null)
        {
            arguments.AddRange(["--gate", Gate]);
        }

        if (Cache is not null)
        {
            arguments.AddRange(["--cache", Cache]);
        }

        if (Script is not null)
        {
            arguments.AddRange(["--script", Script]);
        }

        if (Job is not null)
        {
            arguments.AddRange(["--job", Job]);
        }

        if (Transfers)
        {
            arguments.AddRange(["--transfers", bool.TrueString]);
        }

        return arguments;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
