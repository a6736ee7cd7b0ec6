using ImageStorage.CrashHarness.Tracing;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary><c>file:PATH</c>: a folder.</summary>
internal sealed class FileStoreKind : StoreKind
{
    public override string Scheme => "file";

    public override string LocationIn(string folder) => Path.Join(folder, "store");

    public override void Use(ImageStorageBuilder builder, string location) => builder.UseFileSystem(location);

    public override IEnumerable<string> LeftBehind(string location)
    {
        var staging = Path.Join(location, ".imagestorage", "staging");
        return Directory.Exists(staging) ? Directory.EnumerateFileSystemEntries(staging, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(location, path)) : [];
    }

    public override bool IsCommit(SystemCall call, string location) =>
        (call.Moves || call.Removes)
        && (call.Target.StartsWith($"{location}/images/", StringComparison.Ordinal) || call.Target.StartsWith(DocumentsIn(location), StringComparison.Ordinal));

    // No reader sees a staged file before it has its name. A file with a failed flush that never got a name was
    // abandoned, whatever its operation was. An acknowledged image must be in another file, which the check of the
    // store finds.
    public override bool IsUnrelatedFlush(SystemCall flush, OperationCalls calls, string location) =>
        flush.Path.StartsWith($"{location}/.imagestorage/staging/", StringComparison.Ordinal)
        && !calls.All.Any(call => call.Succeeded && call.Call.Moves && call.Call.Path == flush.Path);

    // The folder of the collection, if nothing else was changed there since the document got its name.
    public override bool IsFlushAfterDocument(SystemCall flush, DocumentName document, OperationCalls calls, string location)
    {
        var folder = $"{DocumentsIn(location)}={document.Collection}";
        return flush.Path == folder
            && calls.All
                .Where(call => call.Succeeded && (call.Call.Moves || call.Call.Removes) && call.Call.Number < flush.Number && call.Call.Target.StartsWith(folder + "/", StringComparison.Ordinal))
                .MaxBy(call => call.Call.Number)?.Call.Target == $"{folder}/={document.Value[(document.Collection.Length + 1)..]}";
    }

    private static string DocumentsIn(string location) => $"{location}/.imagestorage/documents/";
}
