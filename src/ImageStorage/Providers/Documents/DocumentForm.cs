namespace ImageStorage.Providers;

/// <summary>The form of a document, as far as a verification knows the form without the feature that wrote the document.</summary>
internal enum DocumentForm
{
    /// <summary>Any bytes.</summary>
    Bytes,

    /// <summary>A JSON text.</summary>
    Json,

    /// <summary>A JSON object with its format (<see cref="VersionedContent"/>).</summary>
    Versioned,
}
