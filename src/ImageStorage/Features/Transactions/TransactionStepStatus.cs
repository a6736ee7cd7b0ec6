namespace ImageStorage;

/// <summary>Specifies the status of a step of a transaction.</summary>
public enum TransactionStepStatus
{
    /// <summary>The step was not started, or had no effect.</summary>
    NotDone,

    /// <summary>The step is done.</summary>
    Done,

    /// <summary>The step failed, and nothing of it is left.</summary>
    Failed,

    /// <summary>The step was done and compensated.</summary>
    Compensated,

    /// <summary>A write outside of the transaction has replaced the image since, and stays.</summary>
    Superseded,

    /// <summary>The effect of the step is unknown, or the step could not be compensated yet.</summary>
    InDoubt,
}
