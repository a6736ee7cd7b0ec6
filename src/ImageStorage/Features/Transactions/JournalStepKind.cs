namespace ImageStorage.Transactions;

/// <summary>The kinds of steps in a journal.</summary>
internal enum JournalStepKind
{
    Save,
    Update,
    Delete,
    Append,
    Action,
    Custom,
}
