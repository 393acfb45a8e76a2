using System.Runtime.CompilerServices;

namespace Fairlead.Tests;

/// <summary>The master key of every workspace that tests make: nothing is written to the user's own folders.</summary>
internal static class TestKey
{
    /// <summary>Base64 of 32 bytes.</summary>
    public const string Base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    [ModuleInitializer]
    public static void Set() => Environment.SetEnvironmentVariable("FAIRLEAD_KEY", Base64);
}
