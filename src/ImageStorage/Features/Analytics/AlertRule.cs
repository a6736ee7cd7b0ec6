namespace ImageStorage;

/// <summary>
/// A rule that raises alerts. Derive from this class for a rule of your own, and add it with <c>WithAlerts</c>. A store
/// creates one object of each rule.
/// </summary>
public abstract class AlertRule
{
    /// <summary>Gets the name of the rule in alerts and metrics, such as <c>error-rate</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Reads what the rule watches. Called once a minute, and at once after a critical operation, never concurrently. The call
    /// must not block. Exceptions are logged.
    /// </summary>
    /// <param name="context">The figures of the store.</param>
    /// <returns>
    /// One reading for each thing that is watched. A thing that a rule no longer returns counts as calm.
    /// </returns>
    public abstract IEnumerable<AlertReading> Read(AlertContext context);
}
