namespace ImageStorage.CrashHarness.Workload;

/// <summary>The kind of an operation of a worker.</summary>
internal enum OperationKind
{
    /// <summary>Saves an image, new or replacing another one.</summary>
    Save,

    /// <summary>Replaces the metadata of an image.</summary>
    Update,

    /// <summary>Deletes an image.</summary>
    Delete,

    /// <summary>Copies an image to another key of the writer, new or replacing another image.</summary>
    Copy,

    /// <summary>Moves an image to another key of the writer, new or replacing another image.</summary>
    Move,

    /// <summary>Writes a document, new or replacing another one.</summary>
    PutDocument,

    /// <summary>Deletes a document.</summary>
    DeleteDocument,

    /// <summary>Creates an image that another process creates at the same time; only one may succeed.</summary>
    Race,

    /// <summary>Writes the mark of the writer into the metadata of the shared image, by compare-and-swap.</summary>
    Mark,

    /// <summary>Writes the mark of the writer into the shared document, by compare-and-swap.</summary>
    Count,
}
