using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>The base of the documents that say that a provider has a newer state than another provider.</summary>
internal abstract record HintContent : VersionedContent
{
    /// <summary>The format that this version of the library writes and reads.</summary>
    public const int KnownFormat = 1;

    /// <summary>Gets or sets the name of the document that was read.</summary>
    [JsonIgnore]
    public DocumentName Name { get; set; }

    /// <summary>Gets or sets the version of the document that was read or written.</summary>
    [JsonIgnore]
    public DocumentETag Version { get; set; }
}
