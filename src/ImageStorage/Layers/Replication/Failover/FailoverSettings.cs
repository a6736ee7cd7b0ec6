using ImageStorage.Providers;
using ImageStorage.Settings;

namespace ImageStorage.Failover;

/// <summary>
/// The settings of the failover in the configuration of a store: the list <c>Fallbacks</c> and the section
/// <c>Failover</c>.
/// </summary>
internal static class FailoverSettings
{
    /// <summary>The list that names the fallbacks.</summary>
    public const string List = "Fallbacks";

    /// <summary>The section with the options of the chain.</summary>
    public static OptionsSection<FailoverOptions> Section { get; } = new("Failover", Read, new FailoverOptionsValidator());

    private static void Read(SettingsReader reader, FailoverOptions options)
    {
        reader.Time(nameof(options.Lease), value => options.Lease = value);
        reader.TimeOrNone(nameof(options.ReconcileInterval), value => options.ReconcileInterval = value);
        reader.Count(nameof(options.MaxBacklog), value => options.MaxBacklog = value);
        reader.Time(nameof(options.ClockTolerance), value => options.ClockTolerance = value);
        reader.Bytes(nameof(options.SpoolLimit), value => options.SpoolLimit = value);
        reader.Text(nameof(options.ReplaceChain), value => options.ReplaceChain = value);
    }
}
