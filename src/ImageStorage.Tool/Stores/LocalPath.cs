namespace ImageStorage.Tool.Stores;

/// <summary>The path in a store URI.</summary>
internal static class LocalPath
{
    public static string Of(string location)
    {
        // A shell does not expand the ~ of file:~/images, and no user wants a folder named ~.
        if (location == "~" || location.StartsWith("~/", StringComparison.Ordinal))
        {
            location = Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), location[1..]);
        }

        // file:///srv/images is how URLs name /srv/images, and file:///C:/images is how they name C:/images.
        if (location.StartsWith("///", StringComparison.Ordinal))
        {
            location = OperatingSystem.IsWindows() ? location[3..] : location[2..];
        }

        return Path.GetFullPath(location);
    }
}
