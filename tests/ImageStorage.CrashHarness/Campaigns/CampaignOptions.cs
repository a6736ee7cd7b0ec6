using System.Globalization;

namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>What the command line says.</summary>
internal sealed record CampaignOptions
{
    /// <summary>The campaigns to run, by name.</summary>
    public required IReadOnlyList<string> Campaigns { get; init; }

    /// <summary>How many kills, power cuts on each file system, and outages; null for the number of a whole run.</summary>
    public int? Rounds { get; init; }

    /// <summary>The seed of everything that is left to chance.</summary>
    public required int Seed { get; init; }

    /// <summary>Only every so many-th system call and crash state; 1 for all of them.</summary>
    public int Every { get; init; } = 1;

    /// <summary>How many minutes a soak takes.</summary>
    public int Minutes { get; init; } = 5;

    /// <summary>The kind of store.</summary>
    public string Store { get; init; } = "file";

    /// <summary>Where the campaigns work and leave their evidence.</summary>
    public string Folder { get; init; } = Path.Join(Path.GetTempPath(), "imagestorage-crash-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Has this process a mount namespace of its own, so that its mounts end with it?</summary>
    public bool PrivateMounts { get; init; }

    public static CampaignOptions Parse(IReadOnlyList<string> arguments)
    {
        if (arguments is not [var campaign, ..] || (campaign != "all" && !CampaignRunner.Names.Contains(campaign)))
        {
            throw new ArgumentException($"Say which campaign to run: {string.Join(", ", CampaignRunner.Names)} or all.");
        }

        var options = new CampaignOptions { Campaigns = campaign == "all" ? CampaignRunner.Names : [campaign], Seed = Random.Shared.Next() };
        for (var i = 1; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.");
            options = arguments[i] switch
            {
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--seed" => options with { Seed = int.Parse(value, CultureInfo.InvariantCulture) },
                "--every" => options with { Every = int.Parse(value, CultureInfo.InvariantCulture) },
                "--minutes" => options with { Minutes = int.Parse(value, CultureInfo.InvariantCulture) },
                "--store" => options with { Store = value },
                "--folder" => options with { Folder = Path.GetFullPath(value) },
                "--private-mounts" => options with { PrivateMounts = bool.Parse(value) },
                _ => throw new ArgumentException($"There is no option {arguments[i]}; there are --rounds, --minutes, --seed, --every, --store and --folder."),
            };
        }

        return options;
    }
}
