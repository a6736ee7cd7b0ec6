using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Importing;

/// <summary>The folder to import, without the folders of the store.</summary>
/// <param name="Root">The folder, with links resolved.</param>
/// <param name="Except">The folders of the store inside the folder.</param>
internal sealed record ImportFolder(string Root, IReadOnlyList<string> Except)
{
    /// <summary>Checks the folder before a store is opened or created.</summary>
    public static string Check(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ToolException(File.Exists(folder) ? $"'{folder}' is a file: use put for a file, and import for a folder." : $"There is no folder '{folder}'.");
        }

        if (FolderWalk.IsStore(folder))
        {
            throw new ToolException($"'{folder}' is a store, not a folder of images: its files hold more than the images.");
        }

        return Final(folder);
    }

    /// <summary>Prevents the import of a store into itself.</summary>
    public static ImportFolder For(string root, OpenStore store)
    {
        var own = store.LocalFolders.Select(Final).ToList();
        if (own.Exists(folder => IsWithin(root, folder)))
        {
            throw new ToolException("The folder to import is inside the store.");
        }

        return new ImportFolder(root, own.FindAll(folder => IsWithin(folder, root)));
    }

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Final(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var info = new DirectoryInfo(path);

        // The folder of a new store does not exist yet, so it is not a link.
        return info.Exists ? info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : path;
    }
}
