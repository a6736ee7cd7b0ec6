namespace ImageStorage;

/// <summary>What a rule knows of its store.</summary>
public sealed class AlertContext
{
    internal AlertContext(StorageReport report, AlertOptions options) => (Report, Options) = (report, options);

    /// <summary>Gets the figures of the last minutes (<see cref="AlertOptions.Window"/>).</summary>
    public StorageReport Report { get; }

    /// <summary>Gets the options of the alerts.</summary>
    public AlertOptions Options { get; }
}
