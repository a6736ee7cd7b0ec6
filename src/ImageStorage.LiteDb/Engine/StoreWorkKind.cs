namespace ImageStorage.LiteDb.Engine;

/// <summary>What a piece of work needs of the store, and when its caller is told.</summary>
internal enum StoreWorkKind
{
    /// <summary>Changes nothing; gets no session when there is no store yet.</summary>
    Read,

    /// <summary>Writes what nobody can see yet; told at once.</summary>
    Stage,

    /// <summary>Makes a commit; told when it is on the disk.</summary>
    Commit,
}
