namespace ImageStorage;

/// <summary>Options for the transactions of a store. Use the same values in all processes of the store.</summary>
public sealed class ImageTransactionsOptions
{
    /// <summary>
    /// Gets or sets the lease duration: 100 milliseconds to an hour. The default is 30 seconds. A process with
    /// transactions renews its lease every third of this time. A process that fails to renew is considered dead, and
    /// its transactions are rolled back.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets a value that indicates whether the application has asked for transactions. If not, the store has
    /// them for moves only, and looks for interrupted moves at the start and after its own first move.
    /// </summary>
    internal bool IsRequested { get; set; }

    /// <summary>
    /// Gets or sets the interval at which transactions of dead processes are recovered in the background: 100
    /// milliseconds to a day. The default is 15 seconds; with <see langword="null"/> a recovery runs only at the start.
    /// </summary>
    public TimeSpan? RecoveryInterval { get; set; } = TimeSpan.FromSeconds(15);
}
