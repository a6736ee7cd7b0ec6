namespace ImageStorage.CrashHarness.Workload;

/// <summary>What a worker does to a store.</summary>
internal enum ActKind
{
    /// <summary>Saves an image, new or over another one.</summary>
    Save,

    /// <summary>Replaces the metadata of an image.</summary>
    Update,

    /// <summary>Deletes an image.</summary>
    Delete,

    /// <summary>Writes a document, new or over another one.</summary>
    PutDocument,

    /// <summary>Deletes a document.</summary>
    DeleteDocument,

    /// <summary>Saves under a key that another process saves under at the same time; only one may get it.</summary>
    Race,

    /// <summary>Puts the writer's mark into the metadata of an image that all writers share, by compare-and-swap.</summary>
    Mark,

    /// <summary>Puts the writer's mark into a document that all writers share, by compare-and-swap.</summary>
    Count,
}
