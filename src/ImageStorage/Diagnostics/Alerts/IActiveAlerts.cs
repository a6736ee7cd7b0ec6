namespace ImageStorage.Diagnostics.Alerts;

/// <summary>Defines the source of the alerts of a store for the health report. Thread-safe.</summary>
internal interface IActiveAlerts
{
    /// <summary>Gets the alerts that are raised and not resolved, the newest first.</summary>
    IReadOnlyList<StorageAlert> Active { get; }
}
