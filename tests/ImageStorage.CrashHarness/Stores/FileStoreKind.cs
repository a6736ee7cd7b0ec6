using ImageStorage.CrashHarness.Tracing;
using ImageStorage.FileSystem;
using ImageStorage.Registration;

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

    public override bool IsCommit(SystemCall call, string location)
    {
        var target = call.SecondPath ?? call.Path;
        return (call.Moves || call.Removes)
            && (target.StartsWith($"{location}/images/", StringComparison.Ordinal) || target.StartsWith($"{location}/.imagestorage/documents/", StringComparison.Ordinal));
    }
}
