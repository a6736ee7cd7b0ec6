using System.Globalization;

namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>The options of the command line.</summary>
internal sealed record CampaignOptions
{
    /// <summary>The campaigns to run, by name.</summary>
    public required IReadOnlyList<string> Campaigns { get; init; }

    /// <summary>
    /// The number of kills, of power cuts per file system, or of outages; null for the number of a full run.
    /// </summary>
    public int? Rounds { get; init; }

    /// <summary>The seed of all random decisions.</summary>
    public required int Seed { get; init; }

    /// <summary>The step between system calls or crash states; 1 for all of them.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The duration of a soak in minutes.</summary>
    public int Minutes { get; init; } = 5;

    /// <summary>The kind of store.</summary>
    public string Store { get; init; } = "file";

    /// <summary>The working folder of the campaigns, which contains the evidence of a failure.</summary>
    public string Folder { get; init; } = Path.Join(Path.GetTempPath(), "imagestorage-crash-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// A value that indicates whether this process has its own mount namespace, so that its mounts end with it.
    /// </summary>
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
