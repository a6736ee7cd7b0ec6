using ImageStorage.Providers;
using ImageStorage.Settings;

namespace ImageStorage.Mirroring;

/// <summary>
/// The settings of the mirror in the configuration of a store: the setting <c>Mirror</c> and the section
/// <c>Mirroring</c>.
/// </summary>
internal static class MirrorSettings
{
    /// <summary>The setting that names the mirror.</summary>
    public const string Name = "Mirror";

    /// <summary>The section with the options of the mirror.</summary>
    public static OptionsSection<MirrorOptions> Section { get; } = new("Mirroring", Read, new MirrorOptionsValidator());

    private static void Read(SettingsReader reader, MirrorOptions options)
    {
        reader.Time(nameof(options.Lease), value => options.Lease = value);
        reader.TimeOrNone(nameof(options.ReconcileInterval), value => options.ReconcileInterval = value);
        reader.Time(nameof(options.RetryPause), value => options.RetryPause = value);
        reader.Time(nameof(options.CopyTimeout), value => options.CopyTimeout = value);
        reader.Switch(nameof(options.TrustSingleReplica), value => options.TrustSingleReplica = value);
        reader.Bytes(nameof(options.SpoolLimit), value => options.SpoolLimit = value);
    }
}
