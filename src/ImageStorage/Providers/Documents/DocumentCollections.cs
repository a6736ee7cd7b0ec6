using System.Collections.Frozen;

namespace ImageStorage.Providers;

/// <summary>
/// The collections of documents that the library uses, and whether the documents of a collection belong to the content
/// of a store. A copy of a store through the API copies the documents of the collections that travel. All members are
/// thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// The names are durable. A collection that is not in the registry belongs to the application, and travels.
/// </para>
/// <para>
/// A collection stays if its documents are about one store, its processes or its providers. In another store such a
/// document is wrong: a copied journal makes the recovery of the target delete an image that the source has committed.
/// </para>
/// </remarks>
public static class DocumentCollections
{
    /// <summary>The entries of the history. They travel, because they tell what happened to the images.</summary>
    internal const string History = "history";

    /// <summary>The identity and the requirements of a store.</summary>
    internal const string Store = "store";

    /// <summary>The documents of probes.</summary>
    internal const string Probes = "probes";

    /// <summary>The journals of transactions.</summary>
    internal const string Transactions = "transactions";

    /// <summary>The leases of processes with transactions.</summary>
    internal const string TransactionOwners = "transaction-owners";

    /// <summary>The jobs.</summary>
    internal const string Jobs = "jobs";

    /// <summary>The leases of processes with jobs.</summary>
    internal const string JobOwners = "job-owners";

    /// <summary>The hints of a failover, the history entries that the primary has missed, and the activity marker.</summary>
    internal const string Failover = "failover";

    /// <summary>The hints of a failover that are retained for inspection.</summary>
    internal const string FailoverRetained = "failover-retained";

    /// <summary>The hints of a mirror and its leader document.</summary>
    internal const string Mirror = "mirror";

    /// <summary>The hints of writes in doubt of a mirror.</summary>
    internal const string MirrorInDoubt = "mirror-in-doubt";

    /// <summary>The hints of a mirror that are retained for inspection.</summary>
    internal const string MirrorRetained = "mirror-retained";

    /// <summary>The records of the retained versions that a replica of a mirror lacks.</summary>
    internal const string MirrorLacking = "mirror-lacking";

    /// <summary>The versions of documents that have lost a conflict between the replicas of a mirror.</summary>
    internal const string MirrorConflicts = "mirror-conflicts";

    /// <summary>The groups of providers that belong together: parts of a hybrid, replicas of a mirror, chain of a failover.</summary>
    internal const string Pairing = "pairing";

    /// <summary>The times of the sweeps of a hybrid.</summary>
    internal const string Hybrid = "hybrid";

    // Each line has the reason why the collection stays.
    private static readonly FrozenSet<string> Staying = new[]
    {
        Store, // Two stores with one identity would share cache entries. A target records its own requirements.
        Probes, // A probe deletes its own document. A remaining document is of no use in any store.
        Transactions, // A journal makes the recovery undo changes of the store that has the journal.
        TransactionOwners, // A lease belongs to a process of the source. No process renews the copy.
        Jobs, // The checkpoint of a job describes work on the source. The target would take the job over.
        JobOwners, // As for the owners of transactions.
        Failover, // A hint names a version on a fallback of the source. A replay would overwrite an image of the target.
        FailoverRetained, // The document names a version on a fallback of the source.
        Mirror, // A hint says that a replica of the source is ahead.
        MirrorInDoubt, // A hint says that a replica of the source may have missed a write.
        MirrorRetained, // The document names a version on a replica of the source.
        MirrorLacking, // The record is about one replica of the source.
        Pairing, // The target belongs to providers of its own, and would refuse to start with others.
        Hybrid, // The target has a schedule of its own.
    }.ToFrozenSet(StringComparer.Ordinal);

    // A collection that is not here has documents of any bytes: those of applications, probes, and documents that are
    // retained because they could not be read.
    private static readonly FrozenDictionary<string, DocumentForm> Forms = new Dictionary<string, DocumentForm>
    {
        [History] = DocumentForm.Versioned,
        [Store] = DocumentForm.Versioned,
        [Transactions] = DocumentForm.Versioned,
        [TransactionOwners] = DocumentForm.Json,
        [Jobs] = DocumentForm.Versioned,
        [JobOwners] = DocumentForm.Json,
        [Failover] = DocumentForm.Json,
        [Mirror] = DocumentForm.Json,
        [MirrorInDoubt] = DocumentForm.Json,
        [Pairing] = DocumentForm.Versioned,
        [Hybrid] = DocumentForm.Json,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets all collections of the library, in ordinal order.</summary>
    internal static IReadOnlyList<string> All { get; } = [.. Staying.Append(History).Append(MirrorConflicts).Order(StringComparer.Ordinal)];

    /// <summary>Returns whether a copy of a store contains the documents of a collection.</summary>
    /// <param name="collection">The name of the collection, without <c>/</c>.</param>
    /// <returns><see langword="true"/> for the history and for every collection of the application;
    /// <see langword="false"/> for documents by which the library coordinates.</returns>
    public static bool Travels(string collection)
    {
        ArgumentNullException.ThrowIfNull(collection);
        return !Staying.Contains(collection);
    }

    /// <summary>Returns what is wrong with a document; null if the document has the form of its collection.</summary>
    internal static string? FindDefect(StoredDocument document) => Forms.GetValueOrDefault(document.Name.Collection) switch
    {
        DocumentForm.Json => DocumentJson.TryRead(document, DocumentHeadJson.Instance.JsonNode, out _) is null ? "the document is no valid JSON, so the library did not write its content" : null,
        DocumentForm.Versioned => DocumentJson.TryRead(document, DocumentHeadJson.Instance.DocumentHead, out _)?.Format is null ? "the document is no JSON object with a format, so the library did not write its content" : null,
        _ => null,
    };
}
