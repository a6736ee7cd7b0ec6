namespace ImageStorage.LiteDb.Engine;

/// <summary>Defines what a unit of work needs, and when the unit is completed.</summary>
internal enum StoreWorkKind
{
    /// <summary>Changes nothing. The session is null when there is no store yet.</summary>
    Read,

    /// <summary>Writes data that is not visible yet. Completed immediately.</summary>
    Stage,

    /// <summary>Makes a commit. Completed when the commit is durable.</summary>
    Commit,
}
