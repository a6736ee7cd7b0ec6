using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>
/// What a writer of a store must know: names with versions, in one document. Every build reads the document, and writes
/// nothing while it does not know a requirement. docs/design/gate.md describes the protocol.
/// </summary>
internal static class StoreRequirements
{
    /// <summary>The document with the requirements. A store without the document requires nothing.</summary>
    public static readonly DocumentName Name = "store/requirements";

    /// <summary>
    /// The time after which no process writes any more that does not know a requirement: a process that announces a
    /// requirement waits this long before it relies on the requirement. Every process reads the document three times in
    /// this time.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private const int Format = 1;

    /// <summary>Adds a requirement, or raises its version. A version is never lowered.</summary>
    /// <exception cref="StorageCorruptedException">The document cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public static async Task RequireAsync(IDocumentStore documents, KnownRequirement requirement, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await documents.GetAsync(Name, cancellationToken).ConfigureAwait(false);
            var content = stored is null ? new RequirementsDocument { Format = Format, Requirements = [] } : Read(stored);
            if (content.Requirements.GetValueOrDefault(requirement.Name) >= requirement.Version)
            {
                return;
            }

            var raised = content with { Requirements = new(content.Requirements, StringComparer.Ordinal) { [requirement.Name] = requirement.Version } };
            try
            {
                await documents.PutAsync(Name, DocumentJson.Write(raised, CoordinationJson.Instance.RequirementsDocument), stored?.ETag ?? DocumentETag.None, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ImageConflictException)
            {
                // Another process has changed the requirements: add to the new ones.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Returns the required versions, by name.</summary>
    /// <exception cref="StorageCorruptedException">The document cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public static RequirementsDocument Read(StoredDocument document) => DocumentJson.Read(
        document,
        CoordinationJson.Instance.RequirementsDocument,
        Format,
        newer => new StorageNotSupportedException($"A newer version of ImageStorage wrote the document '{Name}' (format {newer}; this version knows {Format}). Update the package.") { Reason = "a newer version of the library wrote its requirements" },
        failure => new StorageCorruptedException($"The document '{Name}', which says what a writer of the store must know, cannot be read. Restore the document from a copy of the store. Delete the document only if no migration has ever run on the store.", failure) { Reason = "the document with its requirements cannot be read" });

    /// <summary>Returns the requirements that a build does not know, for a message; null if the build knows all.</summary>
    public static string? FindUnknown(RequirementsDocument document, IReadOnlyDictionary<string, int> known)
    {
        var unknown = document.Requirements
            .Where(required => required.Value > known.GetValueOrDefault(required.Key))
            .OrderBy(required => required.Key, StringComparer.Ordinal)
            .Select(required => known.TryGetValue(required.Key, out var version) ? $"'{required.Key}' in version {required.Value} (this build knows {version})" : $"'{required.Key}' in version {required.Value} (unknown to this build)")
            .ToList();
        return unknown.Count == 0 ? null : string.Join(" and ", unknown);
    }
}
