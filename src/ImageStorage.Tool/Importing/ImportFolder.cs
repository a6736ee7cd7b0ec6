using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Importing;

/// <summary>The folder that an import takes, told apart from the folders of the store.</summary>
/// <param name="Root">The folder, with links resolved.</param>
/// <param name="Except">The store's own folders that lie inside.</param>
internal sealed record ImportFolder(string Root, IReadOnlyList<string> Except)
{
    /// <summary>Looks at the folder before a store is opened or made.</summary>
    public static string Check(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ToolException(File.Exists(folder) ? $"'{folder}' is a file: import takes a folder, put takes a file." : $"There is no folder '{folder}'.");
        }

        if (Directory.Exists(Path.Join(folder, ".imagestorage")))
        {
            throw new ToolException($"'{folder}' is a store, not a folder of images: its files hold more than the images.");
        }

        return Final(folder);
    }

    /// <summary>Keeps a store from being imported into itself.</summary>
    public static ImportFolder For(string root, OpenStore store)
    {
        var own = store.LocalFolders.Select(Final).ToList();
        if (own.Exists(folder => IsWithin(root, folder)))
        {
            throw new ToolException("The folder to import lies inside the store.");
        }

        return new ImportFolder(root, own.FindAll(folder => IsWithin(folder, root)));
    }

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Final(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var info = new DirectoryInfo(path);

        // The folder of a new store is not there yet, and so is no link.
        return info.Exists ? info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : path;
    }
}
