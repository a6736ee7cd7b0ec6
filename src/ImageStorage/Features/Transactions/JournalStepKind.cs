namespace ImageStorage.Transactions;

/// <summary>Specifies the kind of a step in a journal.</summary>
internal enum JournalStepKind
{
    Save,
    Update,
    Delete,
    Copy,
    Append,
    Action,
    Custom,
}
