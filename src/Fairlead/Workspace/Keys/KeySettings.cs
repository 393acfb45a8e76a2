namespace Fairlead.Workspace.Keys;

/// <summary>Where a workspace's master key is looked for. Read from the environment once a process.</summary>
/// <param name="Key">FAIRLEAD_KEY: base64 of 32 bytes.</param>
/// <param name="File">FAIRLEAD_KEY_FILE: path of a key file.</param>
/// <param name="NewKey">FAIRLEAD_NEW_KEY: what FAIRLEAD_KEY is to be after <c>workspace rotate</c>.</param>
/// <param name="Service">A service that wraps keys; null for none.</param>
internal sealed record KeySettings(string? Key, string? File, IKeyService? Service, string? NewKey = null)
{
    public static KeySettings FromEnvironment() => new(Variable("FAIRLEAD_KEY"), Variable("FAIRLEAD_KEY_FILE"), TransitKeyService.FromEnvironment(), Variable("FAIRLEAD_NEW_KEY"));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>A service that encrypts and decrypts keys with one of its own, which never leaves it.</summary>
internal interface IKeyService
{
    /// <summary>Where it is, for faults.</summary>
    string Where { get; }

    /// <summary>Encrypts a key. The answer is kept beside the data.</summary>
    /// <exception cref="FaultException">The service can't be reached or refuses.</exception>
    string Wrap(ReadOnlySpan<byte> key);

    /// <summary>Decrypts what <see cref="Wrap"/> gave.</summary>
    /// <exception cref="FaultException">The service can't be reached or refuses.</exception>
    byte[] Unwrap(string wrapped);
}
