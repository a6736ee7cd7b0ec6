namespace ImageStorage;

/// <summary>How the transactions of a store are looked after. All processes of a store should have the same.</summary>
public sealed class ImageTransactionsOptions
{
    /// <summary>
    /// How long a process is believed to be alive after it was last heard of, 100 milliseconds to an hour; 30 seconds unless said otherwise. It is heard of three times in that
    /// time. A process that stands still for longer in the middle of a transaction is taken for dead, and its transaction is undone.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the background looks for what a dead process left, 100 milliseconds to a day; 15 seconds unless said otherwise. Null: only at start.</summary>
    public TimeSpan? RecoveryInterval { get; set; } = TimeSpan.FromSeconds(15);
}
