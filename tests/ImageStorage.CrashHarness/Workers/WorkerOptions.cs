using System.Globalization;

namespace ImageStorage.CrashHarness.Workers;

/// <summary>What a worker is told on its command line.</summary>
internal sealed record WorkerOptions
{
    /// <summary>The store to work on.</summary>
    public required string Store { get; init; }

    /// <summary>The seed of the campaign.</summary>
    public int Seed { get; init; }

    /// <summary>The round, which is part of the ids of all acts.</summary>
    public int Round { get; init; }

    /// <summary>The writers that this worker runs, each on a thread of its own.</summary>
    public IReadOnlyList<int> Writers { get; init; } = [0];

    /// <summary>How many acts each writer does before it stops; 0 for no end.</summary>
    public int Acts { get; init; }

    /// <summary>The file of the gate at which workers meet for acts that collide, or null when there is no other one.</summary>
    public string? Gate { get; init; }

    /// <summary>The folder of the cache to fill, for a worker of that campaign, whose store is a folder and whose script the file with what was acknowledged; else null.</summary>
    public string? Cache { get; init; }

    /// <summary>The script to follow, or null for random acts.</summary>
    public string? Script { get; init; }

    /// <summary>Does it move amounts between accounts, by transactions, instead of random acts?</summary>
    public bool Transfers { get; init; }

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
                "--acts" => options with { Acts = int.Parse(value, CultureInfo.InvariantCulture) },
                "--gate" => options with { Gate = value },
                "--cache" => options with { Cache = value },
                "--script" => options with { Script = value },
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
            "worker", "--store", Store, "--seed", Text(Seed), "--round", Text(Round), "--writers", string.Join(',', Writers.Select(Text)), "--acts", Text(Acts),
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

        if (Transfers)
        {
            arguments.AddRange(["--transfers", bool.TrueString]);
        }

        return arguments;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
