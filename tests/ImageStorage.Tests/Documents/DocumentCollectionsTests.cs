using System.Text.RegularExpressions;
using ImageStorage.Providers;
using ImageStorage.Tests.Architecture;

namespace ImageStorage.Tests.Documents;

/// <summary>Every collection of the library is registered, with the decision whether a copy of a store contains it.</summary>
internal sealed partial class DocumentCollectionsTests
{
    private const string Registry = "src/ImageStorage/Providers/Documents/DocumentCollections.cs";

    // Literals with '/' that are no names of documents, in files that use documents.
    private static readonly Dictionary<string, string> Others = new()
    {
        ["application"] = "content types",
        ["image"] = "content types",
        ["text"] = "content types",
        ["failover-images"] = "keys of images on a fallback",
        ["hybrid-content"] = "keys of images in a content store",
        ["mirror-conflicts"] = "keys of images on a replica",
    };

    [TestCase("history")]
    [TestCase("notes")]
    [TestCase("jobs-of-the-application")]
    public void History_and_documents_of_the_application_travel(string collection) => Assert.That(DocumentCollections.Travels(collection), Is.True);

    [Test]
    public void Documents_of_one_store_its_processes_and_its_providers_stay() => Assert.That(
        DocumentCollections.All.Where(collection => !DocumentCollections.Travels(collection)),
        Is.EqualTo(new[]
        {
            "failover", "failover-retained", "hybrid", "job-owners", "jobs", "mirror", "mirror-in-doubt", "mirror-lacking", "mirror-retained", "pairing", "probes", "store", "transaction-owners", "transactions",
        }));

    [Test]
    public void Names_of_collections_are_valid() => Assert.That(DocumentCollections.All.Where(collection => !DocumentName.IsCollection(collection)), Is.Empty);

    [Test]
    public void Every_name_of_a_document_in_the_code_comes_from_the_registry()
    {
        var found = Repository.SourceFiles
            .Where(path => path.StartsWith("src/ImageStorage/", StringComparison.Ordinal) && path != Registry)
            .SelectMany(path => CollectionsIn(Repository.Read(path)).Select(collection => $"{path}: {collection}"));

        Assert.That(found, Is.Empty, $"use the constants of {Registry}, or register a new collection there");
    }

    [TestCase("""private const string Prefix = "recycle-bin/";""", "recycle-bin")]
    [TestCase("""DocumentName name = $"migrations/{id}";""", "migrations")]
    [TestCase("""await documents.PutAsync("history/x", content);""", "history")]
    [TestCase("""new ProcessLease(documents, "job-owners", true)""", "job-owners")]
    [TestCase("""private const string Prefix = DocumentCollections.History + "/"; DocumentName _name;""", null)]
    [TestCase("""DocumentName _name; var text = "image/png";""", null)]
    public void A_name_that_is_not_from_the_registry_is_found(string code, string? collection) =>
        Assert.That(CollectionsIn(code + " IDocumentStore _documents;"), Is.EqualTo(collection is null ? [] : new[] { collection }));

    private static List<string> CollectionsIn(string code) =>
        code.Contains("Document", StringComparison.Ordinal) || code.Contains("ProcessLease", StringComparison.Ordinal)
            ? [.. Literal().Matches(code).Select(match => match.Groups["collection"].Value).Where(collection => !Others.ContainsKey(collection))]
            : [];

    // A literal that begins with a collection and '/', or the bare name of a collection with '-'.
    [GeneratedRegex("\"(?<collection>[a-z0-9][a-z0-9._-]*)/[a-z0-9{\"._-]|\"(?<collection>failover-retained|job-owners|mirror-conflicts|mirror-in-doubt|mirror-lacking|mirror-retained|transaction-owners)\"")]
    private static partial Regex Literal();
}
