namespace ImageStorage;

/// <summary>What became of a step of a transaction.</summary>
public enum TransactionStepStatus
{
    /// <summary>It was not begun, or nothing of it had taken effect.</summary>
    NotDone,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>It failed, and nothing of it is left.</summary>
    Failed,

    /// <summary>It was done, and undone again.</summary>
    Compensated,

    /// <summary>Somebody outside of the transaction has written the image since, and that was left as it is.</summary>
    Superseded,

    /// <summary>Whether it is done or undone is not known, or it could not be undone yet.</summary>
    InDoubt,
}
