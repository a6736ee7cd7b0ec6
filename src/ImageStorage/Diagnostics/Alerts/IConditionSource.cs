namespace ImageStorage.Diagnostics.Alerts;

/// <summary>
/// Defines a feature that knows states of its own that need attention, such as a failed job. A store has as many sources as
/// it has such features. Thread-safe.
/// </summary>
internal interface IConditionSource
{
    /// <summary>Gets the states that need attention now. The property makes no call to a provider.</summary>
    IEnumerable<StorageCondition> Conditions { get; }
}
